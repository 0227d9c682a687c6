/** `headless export`: weights into another format. */
import type { DataConfig } from '../src/model/config.ts';
import { weightsFile } from '../src/training/exportWeights.ts';
import { NO_ANSWERS } from '../src/weights/match/inspect.ts';
import type { ExportCommand } from './arguments.ts';
import { HeadlessError, readConfig, reason } from './files.ts';
import { readNetwork } from './networkFile.ts';
import { note } from './note.ts';
import { writeWhole } from './outputFile.ts';

const UNKNOWN_NORMALIZATION =
  'nobody says how its images were normalised, so the file written won’t either; data.mean and data.std in the config would';

/**
 * Writes the network in the format asked for; step, class names, metrics and normalisation are the weights file's own.
 * Where it doesn't say how images are normalised, the config may; else the network is marked as of unknown normalisation.
 */
export async function exportNetwork({ config: file, weights, run, choice, out }: ExportCommand) {
  const given = file === null ? null : await readConfig(file);
  const source = { weights, run, ...NO_ANSWERS };
  const { config, state, origin, normalization } = await readNetwork(
    source,
    given?.config ?? null,
    true,
  );
  const { mean = config.data.mean, std = config.data.std } = normalization ?? {};
  const isUnknown = normalization === null && given?.saysNormalization !== true;
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
  await writeWhole(out, new Uint8Array(bytes));
  note(`written: ${out}, ${bytes.byteLength} bytes`);
}
