/** `headless export`: weights into another format. */
import { writeFile } from 'node:fs/promises';
import type { DataConfig } from '../src/model/config.ts';
import { weightsFile } from '../src/training/exportWeights.ts';
import { NO_ANSWERS } from '../src/weights/match/inspect.ts';
import { readOrigin } from '../src/weights/readOrigin.ts';
import type { ExportCommand } from './arguments.ts';
import { HeadlessError, readConfig, readWeights, reason } from './files.ts';
import { note } from './note.ts';

const UNKNOWN_NORMALIZATION =
  'nobody says how its images were normalised, so the file written won’t either; data.mean and data.std in the config would';

/**
 * Writes the network in the format asked for; step, class names, metrics and normalisation are the weights file's own.
 * Where it doesn't say how images are normalised, the config may; else the network is marked as of unknown normalisation.
 */
export async function exportNetwork({ config: file, weights, choice, out }: ExportCommand) {
  const { config, saysNormalization } = await readConfig(file);
  const { state, metadata } = await readWeights(weights, { ...NO_ANSWERS, config }, true);
  const { normalization, ...origin } = readOrigin(metadata);
  const { mean = config.data.mean, std = config.data.std } = normalization ?? {};
  const isUnknown = normalization === null && !saysNormalization;
  const { normalizationSource: _, ...rest } = config.data;
  const data: DataConfig = {
    ...rest,
    ...{ mean: [...mean], std: [...std] },
    ...(isUnknown ? { normalizationSource: 'assumed' } : {}),
  };
  if (isUnknown) note(`${weights}: ${UNKNOWN_NORMALIZATION}`);
  const { bytes } = await weightsFile(
    state,
    { ...origin, config: { ...config, data } },
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
