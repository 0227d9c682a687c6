/** What of a run goes to the Hugging Face hub, made from its checkpoint. */
import { knownSet } from '../../data/knownSets.ts';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfig } from '../../model/config.ts';
import type { LayerNames } from '../../model/layerNames.ts';
import type { DatasetIdentity, SavedRun } from '../../training/checkpoint/checkpoint.ts';
import { exportedConfig, weightsFile } from '../../training/exportWeights.ts';
import { RunHistory } from '../../training/history.ts';
import { givenWeights } from '../../training/state.ts';
import {
  type ExportModel,
  type ImageInput,
  knownNormalization,
} from '../../weights/exportModel.ts';
import { formatOf } from '../../weights/formats/registry.ts';
import { metricsCsv } from '../csv.ts';

export interface Publication {
  readonly title: string;
  readonly config: RunConfig;
  /** Before any change that was scheduled. */
  readonly originalConfig: RunConfig;
  readonly step: number;
  readonly parameters: number;
  readonly test: ExportModel['test'];
  readonly images: DatasetIdentity | null;
  /** The file whose weights the run started from. */
  readonly weightsFrom: string | null;
  /** What the ONNX file takes: plain pixels, unless nobody knows how they are to be normalised. */
  readonly onnxInput: ImageInput;
  /** Python that loads the weights. */
  readonly snippet: string;
  readonly safetensors: ArrayBuffer;
  readonly onnx: ArrayBuffer;
  readonly curves: ArrayBuffer;
}

/** Results with exactly the weights that are exported; null where these were not tested. */
export function testOf({ step, lastTest, history }: SavedRun): ExportModel['test'] {
  const tested = history.evaluations.at(-1);
  return lastTest?.step === step && tested?.step === step
    ? { loss: tested.loss, accuracy: tested.accuracy, images: lastTest.images }
    : null;
}

/** Those of a published set; checkpoints do not hold the names of others. */
export function classNamesOf(images: DatasetIdentity | null): readonly string[] {
  const dataset = images?.dataset ?? (images?.isCifar10 === true ? 'cifar10' : null);
  return dataset === null ? [] : knownSet(dataset).classNames;
}

export async function publicationOf(
  run: SavedRun,
  names: LayerNames,
  title: string,
): Promise<Publication> {
  const { step, images, divergence: diverged } = run;
  const weightsFrom = run.imported?.source ?? null;
  const config = exportedConfig(run.config, weightsFrom);
  const graph = buildGraph(config.model);
  const weights = givenWeights(graph, config.training.seed, run.state);
  const test = testOf(run);
  const classNames = classNamesOf(images);
  const origin = { config, step, classNames, test, diverged };
  const onnxInput = knownNormalization(config.data) === null ? 'normalised' : 'pixels';
  const naming = 'torchvision';
  const plain = { naming, input: 'normalised' } as const;
  const safetensors = await weightsFile(weights, origin, { format: 'safetensors', ...plain });
  const onnx = await weightsFile(weights, origin, { format: 'onnx', naming, input: onnxInput });
  const { snippet } = await formatOf('safetensors').load();
  const history = RunHistory.from(names, run.history);
  const curves = [...metricsCsv([{ name: title, config, history }])].join('');
  return {
    ...{ title, config, step, test, images, onnxInput, weightsFrom },
    originalConfig: run.originalConfig ?? config,
    parameters: graph.parameterCount,
    snippet: snippet({ fileName: WEIGHTS_FILE, config, options: plain }),
    safetensors: safetensors.bytes,
    onnx: onnx.bytes,
    curves: new TextEncoder().encode(curves).buffer,
  };
}

export const WEIGHTS_FILE = 'model.safetensors';
export const ONNX_FILE = 'model.onnx';
