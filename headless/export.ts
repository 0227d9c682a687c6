/** `headless export`: weights into another format. */
import { writeFile } from 'node:fs/promises';
import { weightsFile } from '../src/training/exportWeights.ts';
import { readOrigin } from '../src/weights/readOrigin.ts';
import type { ExportCommand } from './arguments.ts';
import { HeadlessError, readConfig, readWeightsWithMetadata, reason } from './files.ts';
import { note } from './note.ts';

/**
 * Writes the network in the format asked for; step, class names, metrics and normalisation are the weights file's own,
 * the normalisation CIFAR-10's where it doesn't say.
 */
export async function exportNetwork({ config: file, weights, choice, out }: ExportCommand) {
  const { config, graph } = await readConfig(file);
  const { state, metadata } = await readWeightsWithMetadata(weights, graph, true);
  const { normalization, ...origin } = readOrigin(metadata);
  const { bytes } = await weightsFile(
    state,
    { ...origin, config, ...(normalization === null ? {} : { normalization }) },
    choice,
  ).catch((error: unknown) => {
    throw new HeadlessError(`${weights} can't be exported: ${reason(error)}`);
  });
  try {
    await writeFile(out, new Uint8Array(bytes));
  } catch (error) {
    throw new HeadlessError(`can't write ${out}: ${reason(error)}`);
  }
  note(`written: ${out}, ${bytes.byteLength} bytes`);
}
