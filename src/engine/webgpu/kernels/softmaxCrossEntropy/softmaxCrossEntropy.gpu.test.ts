import { describe, expect, it } from 'vitest';
import { LABEL_BASE } from '../../../../data/mixup.ts';
import { centralDifferences, unwritten } from '../../../testing/numeric.ts';
import { type Data, randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { packStep } from '../step.ts';
import {
  softmaxCrossEntropyEvaluationReference,
  softmaxCrossEntropyReference,
} from './softmaxCrossEntropy.reference.ts';
import { softmaxCrossEntropy, softmaxCrossEntropyEvaluation } from './softmaxCrossEntropy.ts';

const METRICS_ROW = 5;
const SLOT = 2;
const ROW_START = METRICS_ROW * SLOT;

interface Case {
  readonly batch: number;
  readonly classes: number;
  readonly rows: number;
  readonly labelSmoothing: number;
  readonly mixup?: number;
}

async function train(shape: Case, logits: Float32Array, labels: Uint32Array) {
  const logitsGradient = unwritten(logits.length);
  const metrics = unwritten(METRICS_ROW * 4);
  const step = new Uint32Array(
    packStep({
      slot: SLOT,
      step: 9,
      seed: 1,
      rows: shape.rows,
      learningRate: 1,
      mixup: shape.mixup,
    }),
  );
  const buffers = { logits, labels, logitsGradient, metrics, step };
  const mixes = shape.mixup !== undefined;
  await runKernels(
    softmaxCrossEntropy<Data>({ ...shape, mixes, metricsRow: METRICS_ROW }, buffers),
  );
  return { logitsGradient, metrics };
}

async function evaluate(shape: Case, logits: Float32Array, labels: Uint32Array) {
  const metrics = unwritten(METRICS_ROW * 4);
  const step = new Uint32Array(
    packStep({ slot: SLOT, step: 0, seed: 0, rows: shape.rows, learningRate: 0 }),
  );
  const buffers = { logits, labels, metrics, step };
  await runKernels(
    softmaxCrossEntropyEvaluation<Data>({ ...shape, metricsRow: METRICS_ROW }, buffers),
  );
  return metrics;
}

/** All of the metrics ring but the two numbers of the step. */
const others = (metrics: Float32Array) =>
  metrics.filter((_, i) => i !== ROW_START && i !== ROW_START + 1);

const randomLabels = (shape: Case) =>
  Uint32Array.from({ length: shape.batch }, (_, n) => (n * 7 + 3) % shape.classes);

describe.each<Case>([
  { batch: 32, classes: 10, rows: 32, labelSmoothing: 0 },
  { batch: 13, classes: 10, rows: 13, labelSmoothing: 0.1 },
  { batch: 8, classes: 3, rows: 5, labelSmoothing: 0.3 },
  { batch: 300, classes: 7, rows: 299, labelSmoothing: 0 },
  { batch: 2, classes: 1000, rows: 2, labelSmoothing: 0.1 },
  { batch: 1, classes: 2, rows: 1, labelSmoothing: 0 },
])('$classes classes, $rows of $batch images, smoothing $labelSmoothing', (shape) => {
  const logits = randomArray(shape.batch * shape.classes, 1).map((value) => 6 * value);
  const labels = randomLabels(shape);

  it('gives loss, accuracy and gradient', async () => {
    const expected = softmaxCrossEntropyReference(shape, logits, labels);
    const { logitsGradient, metrics } = await train(shape, logits.slice(), labels);
    expect(metrics[ROW_START]).toBeCloseTo(expected.loss, 5);
    expect(metrics[ROW_START + 1]).toBeCloseTo(expected.accuracy, 6);
    expect(relativeError(logitsGradient, expected.gradient)).toBeLessThan(2e-6);
    expect(others(metrics).every(Number.isNaN)).toBe(true);
    if (logits.length < 200) {
      const numeric = centralDifferences(
        logits,
        (values) => softmaxCrossEntropyReference(shape, values, labels).loss,
      );
      expect(relativeError(logitsGradient, numeric)).toBeLessThan(2e-6);
    }
  });

  it('sums for an evaluation', async () => {
    const expected = softmaxCrossEntropyEvaluationReference(shape, logits, labels);
    const metrics = await evaluate(shape, logits.slice(), labels);
    expect((metrics[ROW_START] ?? Number.NaN) / expected.lossSum).toBeCloseTo(1, 6);
    expect(metrics[ROW_START + 1]).toBe(Math.round(expected.correct));
    expect(others(metrics).every(Number.isNaN)).toBe(true);
  });
});

it.each([0, 0.3, 1])('weighs the two labels of mixed images, %d the first', async (mixup) => {
  const shape: Case = { batch: 9, classes: 5, rows: 9, labelSmoothing: 0.1, mixup };
  const logits = randomArray(45, 4).map((value) => 6 * value);
  const labels = Uint32Array.from({ length: 9 }, (_, n) => (n % 5) + LABEL_BASE * ((n * 3) % 5));
  const expected = softmaxCrossEntropyReference(shape, logits, labels);
  const { logitsGradient, metrics } = await train(shape, logits.slice(), labels);
  expect(metrics[ROW_START]).toBeCloseTo(expected.loss, 5);
  expect(metrics[ROW_START + 1]).toBeCloseTo(expected.accuracy, 6);
  expect(relativeError(logitsGradient, expected.gradient)).toBeLessThan(2e-6);
  const numeric = centralDifferences(
    logits,
    (values) => softmaxCrossEntropyReference(shape, values, labels).loss,
  );
  expect(relativeError(logitsGradient, numeric)).toBeLessThan(2e-6);
});

describe('softmaxCrossEntropy', () => {
  const shape: Case = { batch: 2, classes: 4, rows: 2, labelSmoothing: 0 };

  it('counts the first of equal logits as the prediction, and is ln(classes) there', async () => {
    const { logitsGradient, metrics } = await train(
      shape,
      new Float32Array(8).fill(3),
      Uint32Array.of(0, 1),
    );
    expect(metrics[ROW_START]).toBeCloseTo(Math.log(4), 6);
    expect(metrics[ROW_START + 1]).toBe(0.5);
    const expected = [-0.375, 0.125, 0.125, -0.375, 0.125, 0.125, 0.125, 0.125];
    expect(relativeError(logitsGradient, expected)).toBeLessThan(1e-6);
  });

  it('is stable for large logits', async () => {
    const logits = Float32Array.of(1000, -1e30, 0, 0, -1000, 0, 999, 0);
    const labels = Uint32Array.of(3, 1);
    const { logitsGradient, metrics } = await train(shape, logits, labels);
    const expected = softmaxCrossEntropyReference(shape, logits, labels);
    expect(metrics[ROW_START]).toBeCloseTo(expected.loss, 5);
    expect(relativeError(logitsGradient, expected.gradient)).toBeLessThan(2e-6);
    const sums = await evaluate(shape, logits, labels);
    expect(sums[ROW_START]).toBeCloseTo(2 * expected.loss, 5);
  });

  it('takes a class of logit -∞ as impossible', async () => {
    const logits = Float32Array.of(1, 0, 2, 0, -Infinity, 0, 4, 0);
    const labels = Uint32Array.of(0, 0);
    const { logitsGradient, metrics } = await train(shape, logits, labels);
    const expected = softmaxCrossEntropyReference(shape, logits.with(4, -1e4), labels);
    expect(metrics[ROW_START]).toBeCloseTo(expected.loss, 5);
    expect(logitsGradient[4]).toBeCloseTo(0, 12);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('passes %s on', async (bad) => {
    for (const label of [0, 2]) {
      const logits = Float32Array.of(1, 0, 2, 0, bad, 0, 4, 0);
      const { logitsGradient, metrics } = await train(shape, logits, Uint32Array.of(label, 0));
      expect(metrics[ROW_START]).toBeNaN();
      expect(logitsGradient[4]).toBeNaN();
      expect(logitsGradient[5]).toBeCloseTo(0.125, 6);
      const sums = await evaluate(shape, logits, Uint32Array.of(label, 0));
      expect(sums[ROW_START]).toBeNaN();
    }
  });
});

it('adds micro-batches up to the batch’s mean loss, accuracy and gradient', async () => {
  const shape: Case = { batch: 7, classes: 5, rows: 7, labelSmoothing: 0.1 };
  const logits = randomArray(shape.batch * shape.classes, 2).map((value) => 6 * value);
  const labels = randomLabels(shape);
  const expected = softmaxCrossEntropyReference(shape, logits, labels);
  const metrics = unwritten(METRICS_ROW * 4);
  const gradient = unwritten(logits.length);
  for (const [firstImage, rows] of [
    [0, 4],
    [4, 3],
  ] as const) {
    const images = Array.from({ length: rows }, (_, n) => firstImage + n);
    const places = Array.from({ length: shape.classes }, (_, k) => k).flatMap((k) =>
      images.map((n) => k * shape.batch + n),
    );
    const logitsGradient = unwritten(places.length);
    const values = { slot: SLOT, step: 9, seed: 1, rows, learningRate: 1, firstImage, images: 7 };
    const buffers = {
      logits: Float32Array.from(places, (i) => logits[i] ?? Number.NaN),
      labels: Uint32Array.from(images, (n) => labels[n] ?? 0),
      logitsGradient,
      metrics,
      step: new Uint32Array(packStep(values)),
    };
    const micro = { ...shape, batch: rows, metricsRow: METRICS_ROW };
    await runKernels(softmaxCrossEntropy<Data>(micro, buffers));
    places.forEach((place, i) => {
      gradient[place] = logitsGradient[i] ?? Number.NaN;
    });
  }
  expect(metrics[ROW_START]).toBeCloseTo(expected.loss, 5);
  expect(metrics[ROW_START + 1]).toBeCloseTo(expected.accuracy, 6);
  expect(relativeError(gradient, expected.gradient)).toBeLessThan(2e-6);
  expect(others(metrics).every(Number.isNaN)).toBe(true);
});
