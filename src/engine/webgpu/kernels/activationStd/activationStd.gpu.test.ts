import { expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { type Data, randomArray, runKernels } from '../../../testing/runKernel.ts';
import { batchNormStatisticsReference } from '../batchNormStatistics/batchNormStatistics.reference.ts';
import { countOf, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { channelMomentsReference } from '../channelMoments/channelMoments.reference.ts';
import { pointwiseReference } from '../pointwise/pointwise.reference.ts';
import { packStep } from '../step.ts';
import { activationStdReference } from './activationStd.reference.ts';
import { activationStd, packLayers } from './activationStd.ts';

const METRICS_ROW = 12;
const EPSILON = 1e-3;
const SHAPES: readonly NormShape[] = [
  { batch: 4, channels: 8, height: 5, width: 3 },
  { batch: 4, channels: 70, height: 2, width: 2 },
  { batch: 4, channels: 1, height: 3, width: 3 },
];
/** Of each layer's first channel in the flat buffers. */
const OFFSETS = [0, 64, 192];
const COLUMNS = [5, 2, 9];
const FLAT = 256;

const stepOf = (values: { rows: number; images?: number; firstImage?: number }) =>
  new Uint32Array(packStep({ slot: 1, step: 0, seed: 0, learningRate: 0, ...values }));

/** A layer's values, each channel about another mean and with another spread; one channel constant. */
const inputOf = (shape: NormShape, seed: number) =>
  randomArray(shape.channels * countOf(shape), seed).map((x, i) => {
    const channel = Math.floor(i / countOf(shape));
    return channel === 3 ? 7 : 0.1 * (channel + 1) * x + Math.sin(channel);
  });

const gammas = randomArray(FLAT, 1).map((x) => x + 1.2);
const betas = randomArray(FLAT, 2);

/** What lies behind BatchNorm in float64, and 1/√(var + ε). */
function normalized(shape: NormShape, layer: number, input: Float32Array) {
  const { channels } = shape;
  const from = OFFSETS[layer] ?? 0;
  const [gamma, beta] = [gammas, betas].map((all) => all.subarray(from, from + channels));
  const running = { mean: new Float64Array(channels), variance: new Float64Array(channels) };
  const { mean, rstd } = batchNormStatisticsReference(
    { ...shape, epsilon: EPSILON },
    input,
    running,
  );
  const norm = { gamma: gamma ?? [], beta: beta ?? [], mean, rstd };
  const plain = { activation: 'none', subsamplePad: null } as const;
  return { rstd, response: pointwiseReference(shape, plain, input, norm, null) };
}

function expectColumns(metrics: Float32Array, expected: readonly number[], tolerance = 1e-6) {
  expected.forEach((deviation, i) => {
    const actual = metrics[METRICS_ROW + (COLUMNS[i] ?? 0)] ?? Number.NaN;
    expect(Math.abs(actual / deviation - 1), `layer ${i}`).toBeLessThan(tolerance);
  });
  const written = new Set(COLUMNS.map((column) => METRICS_ROW + column));
  expect(metrics.every((value, i) => written.has(i) || Number.isNaN(value))).toBe(true);
}

const normalizedTable = packLayers(
  SHAPES.map(({ channels }, i) => {
    const at = OFFSETS[i] ?? 0;
    return { channels, column: COLUMNS[i] ?? 0, gamma: at, beta: FLAT + at, rstd: at };
  }),
);
const weights = Float32Array.of(...gammas, ...betas);

it('tells the deviation behind BatchNorm from what BatchNorm computed', async () => {
  const statistics = unwritten(FLAT);
  const expected = SHAPES.map((shape, layer) => {
    const { rstd, response } = normalized(shape, layer, inputOf(shape, 3 + layer));
    statistics.set(rstd, OFFSETS[layer]);
    return activationStdReference(response);
  });
  const metrics = unwritten(2 * METRICS_ROW);
  const channels = { kind: 'normalized', weights, statistics } as const;
  const bindings = { layerTable: normalizedTable, metrics, step: stepOf({ rows: 4 }), channels };
  await runKernels(
    activationStd<Data>(
      { layers: SHAPES.length, metricsRow: METRICS_ROW, epsilon: EPSILON },
      bindings,
    ),
  );
  expectColumns(metrics, expected);
});

it('joins micro-batches to the deviation of all their values', async () => {
  const metrics = unwritten(2 * METRICS_ROW);
  const responses: number[][] = SHAPES.map(() => []);
  let firstImage = 0;
  for (const rows of [4, 4, 3]) {
    const statistics = unwritten(FLAT);
    SHAPES.forEach((shape, layer) => {
      const part = { ...shape, batch: rows };
      const input = inputOf(part, 10 * firstImage + layer);
      const { rstd, response } = normalized(part, layer, input);
      statistics.set(rstd, OFFSETS[layer]);
      responses[layer]?.push(...response);
    });
    const channels = { kind: 'normalized', weights, statistics } as const;
    const step = stepOf({ rows, images: 11, firstImage });
    const bindings = { layerTable: normalizedTable, metrics, step, channels };
    await runKernels(
      activationStd<Data>(
        { layers: SHAPES.length, metricsRow: METRICS_ROW, epsilon: EPSILON },
        bindings,
      ),
    );
    firstImage += rows;
  }
  expectColumns(metrics, responses.map(activationStdReference));
});

it('tells the deviation from measured moments', async () => {
  const moments = unwritten(2 * FLAT);
  const expected = SHAPES.map((shape, layer) => {
    const input = inputOf(shape, 20 + layer);
    moments.set(channelMomentsReference(shape, input).flat(), 2 * (OFFSETS[layer] ?? 0));
    return activationStdReference(input);
  });
  const layerTable = packLayers(
    SHAPES.map(({ channels }, i) => ({
      channels,
      column: COLUMNS[i] ?? 0,
      moments: OFFSETS[i] ?? 0,
    })),
  );
  const metrics = unwritten(2 * METRICS_ROW);
  const channels = { kind: 'measured', moments } as const;
  const bindings = { layerTable, metrics, step: stepOf({ rows: 4 }), channels };
  await runKernels(
    activationStd<Data>(
      { layers: SHAPES.length, metricsRow: METRICS_ROW, epsilon: EPSILON },
      bindings,
    ),
  );
  expectColumns(metrics, expected);
});
