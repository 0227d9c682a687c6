/** Micro-batches on the device, against the whole batch and against separate steps. */
import { describe, expect, it } from 'vitest';
import { IMAGE_BYTES } from '../../data/types.ts';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfig, RunConfigInput } from '../../model/config.ts';
import type { StateDict } from '../../model/graph.ts';
import { initialWeights } from '../../model/initialize.ts';
import { configOf } from '../../model/testing/configs.ts';
import type { Gather, StepMetrics } from '../api.ts';
import { randomArray, relativeError } from '../testing/runKernel.ts';
import { testGpu } from '../testing/sharedGpu.ts';
import { Batch } from './batch.ts';
import { DatasetBuffers } from './datasetBuffers.ts';
import { Network } from './network.ts';
import { Stepper } from './stepper.ts';

const gpu = testGpu();

const SIZE = 8;
const PIXELS = 3 * SIZE * SIZE;

interface Images {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

const randomImages = (count: number): Images => ({
  images: randomArray(count * PIXELS, 3),
  labels: Int32Array.from({ length: count }, (_, n) => (n * 7 + 3) % 10),
});

const part = ({ images, labels }: Images, first: number, end: number): Images => ({
  images: images.subarray(first * PIXELS, end * PIXELS),
  labels: labels.subarray(first, end),
});

interface Outcome {
  readonly steps: readonly StepMetrics[];
  readonly weights: StateDict;
}

/** Trains `steps` steps on the same images. @param source uploaded, or gathered from a dataset. */
async function train(
  config: RunConfig,
  microBatchSize: number,
  source: Images | Omit<Gather, 'firstPosition'>,
  { steps = 3, weights = initialWeights(buildGraph(config.model), 7) } = {},
): Promise<Outcome> {
  const device = await gpu;
  const { training, model } = config;
  const { batchSize } = training;
  const graph = buildGraph(model);
  const batch = new Batch(device, { batchSize, microBatchSize, inputSize: model.inputSize });
  const network = await Network.create(device, { graph, training }, batch);
  network.load({ weights });
  const stepper = new Stepper(device, batch, [network]);
  const all: StepMetrics[] = [];
  for (let step = 0; step < steps; step++) {
    if ('images' in source) batch.upload(source.images, source.labels);
    const gather =
      'images' in source ? {} : { gather: { ...source, firstPosition: step * batchSize } };
    const request = { step, learningRates: [0.05], readback: true, ...gather };
    all.push(...((await stepper.step(request))?.[0] ?? []));
  }
  const state = await network.save();
  for (const made of [stepper, network, batch]) made.destroy();
  return { steps: all, weights: state.weights };
}

function configFor(model: RunConfigInput['model'], batchSize: number): RunConfig {
  const small = { inputSize: SIZE, stageDepths: [1, 1], stageWidths: [4, 8] };
  return configOf({ model: { ...small, ...model }, training: { batchSize } });
}

function expectEqual(actual: Outcome, expected: Outcome, tolerance: number): void {
  actual.steps.forEach((step, i) => {
    const wanted = expected.steps[i];
    expect(step.step).toBe(wanted?.step);
    expect(step.loss / (wanted?.loss ?? Number.NaN) - 1).toBeCloseTo(0, 5);
    expect(step.accuracy).toBeCloseTo(wanted?.accuracy ?? Number.NaN, 6);
    expect(relativeError(step.gradNorm, wanted?.gradNorm ?? [])).toBeLessThan(tolerance);
  });
  for (const [name, { data }] of expected.weights) {
    const got = actual.weights.get(name)?.data ?? new Float32Array();
    expect(relativeError(got, data), name).toBeLessThan(tolerance);
  }
}

describe('without BatchNorm, a split batch trains as the whole one', { timeout: 120_000 }, () => {
  it.each([1, 2, 3, 4, 5])('in micro-batches of %d of 8', async (size) => {
    const config = configFor({ normalization: 'none', dropout: 0.3 }, 8);
    const images = randomImages(8);
    expectEqual(await train(config, size, images), await train(config, 8, images), 1e-6);
  });
});

describe('with BatchNorm', { timeout: 120_000 }, () => {
  const sizes = [3, 3, 2];
  const config = configFor({ projection: 'B' }, 8);
  const images = randomImages(8);

  it('adds up the gradients that its micro-batches have by themselves', async () => {
    const graph = buildGraph(config.model);
    const before = initialWeights(graph, 7);
    const split = await train(config, 3, images, { steps: 1, weights: before });
    // One step of plain SGD without momentum or decay moves by the gradient: w₁ = w₀ - rate · g.
    const total = new Map<string, Float64Array>();
    let loss = 0;
    let first = 0;
    const running: StateDict[] = [];
    let statistics = before;
    for (const size of sizes) {
      const own = { ...config, training: { ...config.training, batchSize: size } };
      const bare = {
        ...own,
        training: {
          ...own.training,
          optimizer: { type: 'sgd', momentum: 0, nesterov: false, weightDecay: 0 },
        },
      } satisfies RunConfig;
      const source = part(images, first, first + size);
      const alone = await train(bare, size, source, { steps: 1, weights: statistics });
      loss += ((alone.steps[0]?.loss ?? Number.NaN) * size) / 8;
      for (const { name } of graph.parameters) {
        const [w0, w1] = [before.get(name)?.data, alone.weights.get(name)?.data];
        const sum = total.get(name) ?? new Float64Array(w0?.length ?? 0);
        total.set(
          name,
          sum.map((g, i) => g + (((w0?.[i] ?? 0) - (w1?.[i] ?? 0)) / 0.05) * (size / 8)),
        );
      }
      running.push(alone.weights);
      // The next one starts from the same weights and from the running statistics that this one left.
      const kept = graph.runningStatistics.flatMap(({ name }) => {
        const tensor = alone.weights.get(name);
        return tensor === undefined ? [] : [[name, tensor] as const];
      });
      statistics = new Map([...before, ...kept]);
      first += size;
    }
    const [step] = split.steps;
    expect(step?.loss).toBeCloseTo(loss, 5);
    graph.parameters.forEach(({ name }, i) => {
      const gradient = total.get(name) ?? new Float64Array();
      // Differences of float32 weights carry their rounding: 6e-8 / 0.05 of the weights.
      expect(step?.gradNorm[i], name).toBeCloseTo(Math.hypot(...gradient), 4);
      const [w0, w1] = [before.get(name)?.data, split.weights.get(name)?.data];
      const { weightDecay } = config.training.optimizer;
      const moved = gradient.map((g, j) => {
        const weight = w0?.[j] ?? Number.NaN;
        return weight - 0.05 * (g + weightDecay * weight);
      });
      expect(relativeError(w1 ?? new Float32Array(), moved), name).toBeLessThan(1e-5);
    });
    for (const { name } of graph.runningStatistics) {
      const last = running.at(-1)?.get(name)?.data ?? [];
      expect(relativeError(split.weights.get(name)?.data ?? [], last), name).toBeLessThan(1e-6);
    }
  });
});

it('gathers each micro-batch with the augmentation of the whole batch', async () => {
  const count = 20;
  const dataset = new DatasetBuffers(await gpu, count);
  const pixels = Uint8Array.from({ length: count * IMAGE_BYTES }, (_, i) => (i * 7919) % 251);
  const labels = Uint16Array.from({ length: count }, (_, n) => n % 10);
  dataset.append({ split: 'train', start: 0, count, pixels, labels });
  const indices = Uint32Array.of(3, 17, 0, 9, 9, 12, 5, 19);
  const augment = { crop: true, flip: true };
  const source = { dataset, indices, augment, seed: 5 };
  const config = configFor({ normalization: 'none' }, 8);
  const [split, whole] = [await train(config, 3, source), await train(config, 8, source)];
  expectEqual(split, whole, 1e-6);
  dataset.destroy();
});
