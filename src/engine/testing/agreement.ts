/** A few steps of training and a test, whose every number two engines must agree on. */
import { expect } from 'vitest';
import { mixupWeight } from '../../data/mixup.ts';
import { createSampler } from '../../data/sampler.ts';
import { drawShapes } from '../../data/syntheticShapes.ts';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfig, RunConfigInput } from '../../model/config.ts';
import { initialWeights } from '../../model/initialize.ts';
import { configOf } from '../../model/testing/configs.ts';
import type { EngineDevice, Gather } from '../api.ts';
import { heldTensors } from './heldTensors.ts';
import { NETWORKS } from './networks.ts';

const IMAGES = 20;
const STEPS = 3;
const training = {
  batchSize: 6,
  learningRate: 0.05,
  labelSmoothing: 0.1,
  optimizer: { type: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.01 },
} as const;

/** What the reference cases leave out; one each, since an engine compiles its kernels for every network. */
export const AGREEMENT_CASES = [
  'pre-activation, option A',
  'ImageNet stem, pre-activation',
  'post-activation, option C, sigmoid',
  'option B with a cut shortcut',
  'without normalization, option B',
  'stochastic depth, a number a channel',
  'exclusive gates, dropped shortcuts',
];

/** Those that the float64 network, which drops no branch, can't be asked about. */
const STOCHASTIC: Readonly<Record<string, NonNullable<RunConfigInput['model']>>> = {
  'stochastic depth, a number a channel': {
    ...{ survival: 0.3, branchScale: 'channel', shortcutScale: 0.9 },
    ...{ stageDepths: [2, 2], stageWidths: [3, 6] },
  },
  'exclusive gates, dropped shortcuts': {
    ...{ shortcutGate: 'exclusive', gateBias: 0, shortcutDropout: 0.4, shortcutScale: 0.5 },
    ...{ stageDepths: [2, 1], stageWidths: [3, 6] },
  },
};

/** Those that train otherwise. */
const RECIPES: Readonly<Record<string, NonNullable<RunConfigInput['training']>>> = {
  'pre-activation, option A': {
    optimizer: { type: 'adamw', weightDecay: 0.1, epsilon: 1e-3 },
    decayNormAndBias: false,
    averageDecay: 0.15,
  },
  'without normalization, option B': {
    optimizer: { type: 'muon', momentum: 0.8, weightDecay: 0.1 },
  },
  'post-activation, option C, sigmoid': {
    augment: { flip: 'alternating', cutout: 3 },
    mixup: 0.3,
  },
  'option B with a cut shortcut': {
    optimizer: { type: 'adam', weightDecay: 0.01, beta2: 0.9, epsilon: 1e-3 },
    ...{ filterRate: 0.5, normAndBiasRate: 2, classifierRate: 0 },
  },
};

const configFor = (name: string): RunConfig =>
  configOf({
    model: {
      inputSize: 8,
      activation: 'tanh',
      dropout: 0.3,
      ...(NETWORKS[name] ?? STOCHASTIC[name]),
    },
    training: { ...training, ...RECIPES[name] },
    data: { source: 'synthetic', train: IMAGES, test: IMAGES },
  });

/** A few steps on drawn images and a test on the first of them; tensors that TF.js holds between steps. */
async function train(device: EngineDevice, { model, training, data }: RunConfig) {
  const { inputSize } = model;
  const { seed, batchSize, augment, mixup = 0 } = training;
  const graph = buildGraph(model);
  const dataset = device.createDataset(IMAGES);
  for (const [start, count] of [
    [0, 7],
    [7, IMAGES - 7],
  ] as const) {
    dataset.append({ split: 'train', start, count, ...drawShapes(0, start, count) });
  }
  const batch = device.createBatch({ batchSize, inputSize });
  const network = await device.createNetwork({ graph, training }, batch);
  network.load({ weights: initialWeights(graph, seed) });
  const stepper = device.createStepper(batch, [network]);
  const sampler = createSampler({ seed, batchSize, trainCount: Math.min(IMAGES, data.train) });
  const metrics: number[] = [];
  const statistics: ArrayLike<number>[] = [];
  const tensors: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const indices = sampler.indices(step);
    const firstPosition = step * batchSize;
    const gather = { dataset, indices, firstPosition, epochImages: IMAGES, augment, seed };
    const mixed = mixup > 0 ? { mixup: mixupWeight(seed, step, mixup) } : {};
    const request = { step, learningRates: [0.05], gather, readback: true };
    const rows = await stepper.step({ ...request, ...mixed });
    const [row] = rows?.[0] ?? [];
    if (row === undefined) throw new Error('a step without metrics');
    metrics.push(row.loss, row.accuracy, ...row.gradNorm);
    statistics.push(row.weightNorm, row.updateNorm, row.activationStd);
    tensors.push(heldTensors());
  }
  const { weights, momentum, secondMoment = new Map(), average = new Map() } = await network.save();
  const evaluator = await device.createEvaluator(network, batch);
  const load = (start: number, count: number): Gather => ({
    dataset,
    indices: Uint32Array.from({ length: count }, (_, i) => start + i),
    firstPosition: 0,
    augment: { crop: false, flip: false },
    seed: 0,
  });
  const test = await evaluator.evaluate(IMAGES, load, { logits: true });
  for (const part of [evaluator, stepper, network, batch, dataset]) part.destroy();
  return { metrics, statistics, weights, momentum, secondMoment, average, test, tensors };
}

/** Largest difference, relative to the largest value. */
function deviation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  const scale = Math.max(1e-3, ...Array.from(b, Math.abs));
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? Number.NaN)))) / scale;
}

/** Images, crops, dropout masks, losses, updates and the test: all are the same on both. */
export async function expectAgreement(
  name: string,
  device: EngineDevice,
  other: EngineDevice,
): Promise<void> {
  const config = configFor(name);
  const expected = await train(other, config);
  const actual = await train(device, config);
  expect(deviation(actual.metrics, expected.metrics)).toBeLessThan(1e-4);
  expect(expected.statistics.every(({ length }) => length > 2)).toBe(true);
  expected.statistics.forEach((values, i) => {
    expect(deviation(actual.statistics[i] ?? [], values)).toBeLessThan(1e-4);
  });
  for (const part of ['weights', 'momentum', 'secondMoment', 'average'] as const) {
    expect([...actual[part].keys()].sort()).toEqual([...expected[part].keys()].sort());
    for (const [name, { shape, data }] of expected[part]) {
      const tensor = actual[part].get(name);
      expect(tensor?.shape, name).toEqual(shape);
      expect(deviation(tensor?.data ?? [], data), name).toBeLessThan(1e-4);
    }
  }
  expect(actual.test.accuracy).toBeCloseTo(expected.test.accuracy, 6);
  expect(actual.test.loss).toBeCloseTo(expected.test.loss, 4);
  expect(deviation(actual.test.logits ?? [], expected.test.logits ?? [])).toBeLessThan(1e-4);
  expect(new Set(actual.tensors).size, 'tensors held after each step').toBe(1);
}
