/**
 * One reference case: PyTorch's initial weights and batches go through the engine, and every number that comes out is
 * compared with PyTorch's. Takes bytes, so that it runs in Node and in the browser alike.
 */
import { mixupWeight } from '../../data/mixup.ts';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfig } from '../../model/config.ts';
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import { parseRunConfig } from '../../model/parse.ts';
import { readSafetensors } from '../../weights/readSafetensors.ts';
import { stateFor } from '../../weights/stateDict.ts';
import { WeightsError } from '../../weights/weightsError.ts';
import type {
  EngineBatch,
  EngineDevice,
  Evaluation,
  KernelChoices,
  NetworkOptions,
  NetworkState,
  StepMetrics,
} from '../api.ts';
import { type Deviation, DeviationMeter } from './deviation.ts';
import { type Expected, expectedSchema } from './expected.ts';

/** The five files of a case. */
export interface CaseFiles {
  readonly config: string;
  readonly expected: string;
  readonly init: Uint8Array;
  readonly batches: Uint8Array;
  readonly final: Uint8Array;
}

/** What may differ at most, relative: the promise that every number is true. */
export const TOLERANCE = { loss: 1e-5, gradNorm: 1e-4, weights: 1e-4, logits: 1e-4 } as const;
export type Tolerance = Readonly<Record<keyof typeof TOLERANCE, number>>;
/** A difference of two gradient norms that does not count. */
const GRAD_NORM_FLOOR = 1e-7;

/** What came out of the engine. */
export interface Answer {
  readonly steps: readonly StepMetrics[];
  readonly state: NetworkState;
  readonly evaluation: Evaluation;
}

interface Case {
  readonly config: RunConfig;
  readonly graph: LayerGraph;
  readonly expected: Expected;
  readonly initial: StateDict;
  readonly final: StateDict;
  /** [steps · batchSize, 3, S, S] */
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

/**
 * Runs a case and compares: loss, accuracy and gradient norms of every step, final weights and running statistics (their
 * averages, where any are taken), and the first batch in evaluation mode.
 * @param tilesOf choices of kernels other than the defaults.
 * @param tolerance another one, for half precision.
 * @throws if a file can't be read or the engine fails; never for a deviation.
 */
export async function compareCase(
  device: EngineDevice,
  files: CaseFiles,
  choicesOf: (options: NetworkOptions) => KernelChoices = () => ({}),
  tolerance: Tolerance = TOLERANCE,
): Promise<Deviation[]> {
  const given = readCase(files);
  return compare(given, await runCase(device, given, choicesOf), tolerance);
}

/** Compares what `answerOf` gave for a case, as `compareCase` does. */
export const compareAnswer = (files: CaseFiles, answer: Answer): Deviation[] =>
  compare(readCase(files), answer, TOLERANCE);

/** The engine's results for a case. @throws if a file can't be read or the engine fails. */
export const answerOf = (device: EngineDevice, files: CaseFiles): Promise<Answer> =>
  runCase(device, readCase(files));

/** Names of the quantities that deviate more than they may, with where and how far; empty when all agree. */
export const disagreements = (deviations: readonly Deviation[]): string[] =>
  deviations
    .filter(({ worst, tolerance }) => !(worst <= tolerance))
    .map(({ quantity, worst, tolerance, at }) => `${quantity}: ${worst} > ${tolerance} at ${at}`);

export function readCase(files: CaseFiles): Case {
  const config = parseRunConfig(JSON.parse(files.config));
  const graph = buildGraph(config.model);
  const { tensors } = readSafetensors(files.batches);
  const images = tensors.get('images');
  const labels = tensors.get('labels');
  if (images?.dtype !== 'F32' || labels?.dtype !== 'I32') {
    throw new WeightsError('no images (F32) and labels (I32) in the batches');
  }
  return {
    config,
    graph,
    expected: expectedSchema.parse(JSON.parse(files.expected)),
    initial: stateFor(graph, readSafetensors(files.init)).state,
    final: stateFor(graph, readSafetensors(files.final)).state,
    images: images.data,
    labels: labels.data,
  };
}

async function runCase(
  device: EngineDevice,
  given: Case,
  choicesOf: (options: NetworkOptions) => KernelChoices = () => ({}),
): Promise<Answer> {
  const { config, graph, expected, images, labels } = given;
  const { seed, batchSize, microBatchSize, learningRate, mixup = 0 } = config.training;
  if (typeof learningRate !== 'number') throw new RangeError('a case has a constant learning rate');
  const { inputSize } = config.model;
  const whole = device.createBatch({ batchSize, inputSize });
  const batch =
    microBatchSize === 'auto'
      ? whole
      : device.createBatch({ batchSize, inputSize, microBatchSize });
  const options = { graph, training: config.training };
  const network = await device.createNetwork(
    { ...options, kernelChoices: choicesOf(options) },
    batch,
  );
  const stepper = device.createStepper(batch, [network]);
  const upload = (to: EngineBatch, first: number, count: number): undefined => {
    const length = 3 * inputSize * inputSize;
    to.upload(
      images.subarray(first * length, (first + count) * length),
      labels.subarray(first, first + count),
    );
    return undefined;
  };
  const steps: StepMetrics[] = [];
  network.load({ weights: given.initial });
  for (const { step } of expected.steps) {
    upload(batch, step * batchSize, batchSize);
    const request = { step, learningRates: [learningRate], readback: true };
    const mixed = mixup > 0 ? { mixup: mixupWeight(seed, step, mixup) } : {};
    const read = await stepper.step({ ...request, ...mixed });
    steps.push(...(read?.[0] ?? []));
  }
  const state = await network.save();
  const evaluator = await device.createEvaluator(network, whole);
  const load = (first: number, count: number) => upload(whole, first, count);
  const evaluation = await evaluator.evaluate(batchSize, load, { logits: true });
  evaluator.destroy();
  stepper.destroy();
  network.destroy();
  for (const each of new Set([batch, whole])) each.destroy();
  return { steps, state, evaluation };
}

function compare(
  { graph, expected, final }: Case,
  answer: Answer,
  tolerance: Tolerance,
): Deviation[] {
  const loss = new DeviationMeter('loss', tolerance.loss);
  const accuracy = new DeviationMeter('accuracy', tolerance.loss);
  const gradNorm = new DeviationMeter('gradient norms', tolerance.gradNorm);
  for (const [i, { step, ...wanted }] of expected.steps.entries()) {
    const got = answer.steps[i];
    const at = `step ${step}`;
    loss.compare(at, got?.loss, wanted.loss, wanted.loss);
    accuracy.compare(at, got?.accuracy, wanted.accuracy, 1);
    for (const [p, { name }] of graph.parameters.entries()) {
      const norm = wanted.gradNorm[name];
      gradNorm.compare(`${at}, ${name}`, got?.gradNorm[p], norm, norm ?? 1, GRAD_NORM_FLOOR);
    }
  }
  const parameters = new DeviationMeter('parameter count', 0);
  parameters.compare('network', graph.parameterCount, expected.parameters, 1);
  const weights = new DeviationMeter('final weights', tolerance.weights);
  const given = answer.state.average ?? answer.state.weights;
  for (const [name, { data }] of final) {
    compareArrays(weights, name, given.get(name)?.data ?? [], data);
  }
  const evalLoss = new DeviationMeter('evaluation loss', tolerance.loss);
  const { evaluation } = answer;
  evalLoss.compare('batch 0', evaluation.loss, expected.evalLossBatch0, expected.evalLossBatch0);
  const logits = new DeviationMeter('evaluation logits', tolerance.logits);
  compareArrays(logits, 'batch 0', evaluation.logits ?? [], expected.evalLogitsBatch0.flat());
  const meters = [loss, accuracy, gradNorm, weights, evalLoss, logits, parameters];
  return meters.map(({ deviation }) => deviation);
}

/** Each difference relative to the largest value expected. */
function compareArrays(
  meter: DeviationMeter,
  at: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): void {
  let scale = Number.MIN_VALUE;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i] ?? 0));
  const length = Math.max(actual.length, expected.length);
  for (let i = 0; i < length; i++) meter.compare(at, actual[i], expected[i], scale);
}
