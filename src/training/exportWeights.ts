/** A run's network as a file, in any of the formats of `weights/formats`. */
import { buildGraph } from '../model/builder.ts';
import type { RunConfig } from '../model/config.ts';
import type { StateDict } from '../model/graph.ts';
import { networkName } from '../model/networkName.ts';
import type { ExportModel } from '../weights/exportModel.ts';
import { type ExportChoice, type FormatId, formatOf } from '../weights/formats/registry.ts';
import { weightsSha256 } from './weightsHash.ts';

/** Where weights come from. */
interface WeightsOrigin extends Pick<ExportModel, 'classNames' | 'step' | 'test' | 'diverged'> {
  readonly config: RunConfig;
}

/** A run's config as its exports say it: weights that no file gave were trained with the normalisation of the run itself. */
export function exportedConfig(config: RunConfig, weightsFrom: string | null): RunConfig {
  const { normalizationSource, ...data } = config.data;
  return normalizationSource === undefined || weightsFrom !== null ? config : { ...config, data };
}

/** `resnet-20-step-500.onnx` */
export function exportFileName({ model }: RunConfig, step: number, format: FormatId): string {
  return `${networkName(model).toLowerCase()}-step-${step}${formatOf(format).extension}`;
}

/**
 * Name and content of the file.
 * @throws WeightsError where the net can't have the names chosen.
 */
export async function weightsFile(
  weights: StateDict,
  origin: WeightsOrigin,
  { format, ...options }: ExportChoice,
): Promise<{ fileName: string; bytes: ArrayBuffer }> {
  const { config, step } = origin;
  const { write } = await formatOf(format).load();
  const graph = buildGraph(config.model);
  const hash = await weightsSha256(graph, weights);
  const model = { ...origin, graph, weights, weightsSha256: hash };
  return { fileName: exportFileName(config, step, format), bytes: write(model, options).buffer };
}
