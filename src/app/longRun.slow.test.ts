/** 100,000 steps of a 110-layer run, from the worker's messages to what the charts draw. */
import { expect, it } from 'vitest';
import { buildGraph } from '../model/builder.ts';
import { layerNames } from '../model/layerNames.ts';
import { configOf } from '../model/testing/configs.ts';
import { MAX_EVALUATIONS, RunHistory } from '../training/history.ts';
import { packMetrics, transferables } from '../training/metrics.ts';
import { metricsCsv } from './csv.ts';
import { MAX_POINTS } from './curve.ts';
import { curveOf, MAX_TEST_POINTS, smootherOf } from './series.ts';
import { fullRange, X_AXES } from './xAxis.ts';

const STEPS = 100_000;
/** Steps of a message, as of a fast adapter. */
const BURST = 25;
/** Messages between two redraws. */
const MESSAGES = 2;
const FLUSH_STEPS = BURST * MESSAGES;
const SPIKE_STEP = 61_803;

const config = configOf({ model: { stageDepths: [18, 18, 18] } });
const { parameterNames: names, activationNames } = layerNames(buildGraph(config.model));

/** Bytes of all typed arrays that a history keeps. */
function bytesOf(history: RunHistory): number {
  const arrays = [history, history.statistics].flatMap((table) => [
    ...[table.firstStep, table.lastStep, table.steps],
    ...table.specs.map(({ name }) => table.column(name)),
  ]);
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

it('costs the same at step 100,000 as at step 1,000', { timeout: 240_000 }, () => {
  const history = new RunHistory({ parameterNames: names, activationNames });
  const run = { history, config };
  const smoothing = { smoothing: 0.85, log: false };
  const curve = () => {
    const range = fullRange([run], 'step', false) ?? { from: 0, to: 1 };
    const options = { axis: X_AXES.step, range, logX: false, maxPoints: MAX_POINTS, unit: 1 };
    return curveOf(run, 'loss', { ...options, ...smoothing });
  };
  const smoother = smootherOf(history, 'loss', smoothing);
  const gradNorm = new Float32Array(names.length).fill(0.5);
  const activationStd = new Float32Array(activationNames.length).fill(1);
  const norms = { gradNorm, weightNorm: gradNorm, updateNorm: gradNorm, activationStd };
  const cost = { rows: new Map<number, number>(), points: new Map<number, number>() };
  const messageBytes = new Set<number>();
  let mergedFlushes = 0;
  let generation = history.generation;

  for (let step = 0; step < STEPS; step += BURST) {
    const steps = Array.from({ length: BURST }, (_, i) => {
      const at = step + i;
      const loss = at === SPIKE_STEP ? 50 : 2 / (1 + at / 1000);
      return { step: at, loss, accuracy: 0.5, learningRate: 0.1, ...norms };
    });
    const batch = packMetrics('a', steps, step, 1);
    const buffers = transferables({ type: 'metrics', batch, imagesPerSecond: 1, stepMs: 1 });
    messageBytes.add(buffers.reduce((sum, { byteLength }) => sum + byteLength, 0));
    history.append(batch);
    if ((step / BURST) % 10 === 0) history.evaluated({ step, loss: 1, accuracy: 0.5 });
    if ((step / BURST) % MESSAGES !== MESSAGES - 1) continue;

    const before = smoother.rowsRead;
    const { points } = curve();
    const done = step + BURST;
    // Merging halves the rows, so it happens a handful of times in all.
    if (history.generation !== generation) mergedFlushes++;
    else cost.rows.set(done, smoother.rowsRead - before);
    generation = history.generation;
    cost.points.set(done, points.length);
  }

  // Messages: one size, 25 steps of 3 · 332 norms, 109 deviations and five numbers.
  const numbers = 3 * names.length + activationNames.length + 4;
  expect([...messageBytes]).toEqual([BURST * (4 * numbers + 8)]);
  // Reading: only what is new, whatever the step.
  expect(cost.rows.get(1000)).toBe(FLUSH_STEPS);
  expect(Math.max(...cost.rows.values())).toBe(FLUSH_STEPS);
  expect(cost.rows.get(STEPS)).toBeLessThanOrEqual(FLUSH_STEPS);
  expect(mergedFlushes).toBeLessThanOrEqual(5);
  expect(smoother.rowsRead).toBeLessThan(2 * STEPS);
  // Drawing: bounded.
  expect(Math.max(...cost.points.values())).toBeLessThanOrEqual(MAX_POINTS);
  // Memory: 16 MB of gradient norms, 3.2 MB of other statistics and the rest; a row holds at most 16 steps.
  expect(bytesOf(history)).toBeLessThan(17.5e6 + 3.2e6);
  expect(history.statistics.length).toBeGreaterThan(history.statistics.maxRows / 2);
  expect(history.length).toBeGreaterThan(history.maxRows / 2);
  expect(history.stride).toBe(16);
  expect(history.evaluations.length).toBeLessThanOrEqual(MAX_EVALUATIONS);
  expect(history.evaluations.at(-1)?.step).toBe(STEPS - 10 * BURST);

  const { points, tests } = curve();
  expect(tests.length).toBeLessThanOrEqual(MAX_TEST_POINTS);
  const spike = points.find(({ max }) => max === 50);
  expect(Math.abs((spike?.x ?? 0) - SPIKE_STEP)).toBeLessThan((2 * STEPS) / MAX_POINTS + 16);
  // The file has every row that is kept, and says how many steps each holds.
  const lines = [...metricsCsv([{ name: 'a', ...run }])].map((line) => line.trimEnd());
  expect(lines.filter((text) => /^a,\d+,[1-9]/.test(text))).toHaveLength(history.length);
});
