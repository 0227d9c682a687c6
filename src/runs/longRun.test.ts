/** 100,000 steps of a 110-layer run, from the worker's messages to what the charts draw. */
import { expect, it } from 'vitest';
import { HeatMapPainter, MAX_COLUMNS } from '../charts/heatMapPainter.ts';
import { buildGraph } from '../model/builder.ts';
import { configOf } from '../model/testing.ts';
import { MAX_EVALUATIONS, RunHistory } from '../training/history.ts';
import { packMetrics, transferables } from '../training/metrics.ts';
import { metricsCsv } from './csv.ts';
import { DrawnLine } from './drawnLine.ts';
import { weightLayers } from './layers.ts';
import { chartRows, MAX_POINTS, MAX_TEST_POINTS } from './series.ts';

const STEPS = 100_000;
/** Steps of a message, as of a fast adapter. */
const BURST = 25;
/** Messages between two redraws. */
const MESSAGES = 2;
const FLUSH_STEPS = BURST * MESSAGES;
const SPIKE_STEP = 61_803;

const { model } = configOf({ model: { stageDepths: [18, 18, 18] } });
const names = buildGraph(model).parameters.map(({ name }) => name);

/** Bytes of all typed arrays that a history keeps. */
function bytesOf(history: RunHistory): number {
  const { firstStep, lastStep, steps, learningRate, elapsedMs, gradNorm, loss, accuracy } = history;
  const spreads = [loss, accuracy].flatMap(({ mean, min, max }) => [mean, min, max]);
  const arrays = [firstStep, lastStep, steps, learningRate, elapsedMs, gradNorm, ...spreads];
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

it('costs the same at step 100,000 as at step 1,000', { timeout: 240_000 }, () => {
  const history = new RunHistory(names);
  const line = new DrawnLine('loss', { smoothing: 0.85, log: false, maxPoints: MAX_POINTS });
  const painter = new HeatMapPainter(weightLayers(names), (width, height) => ({
    ...{ width, height, colorSpace: 'srgb' },
    data: new Uint8ClampedArray(4 * width * height),
  }));
  const gradNorm = new Float32Array(names.length).fill(0.5);
  const cost = { rows: new Map<number, number>(), points: new Map<number, number>() };
  const columns = new Map<number, number>();
  const messageBytes = new Set<number>();
  let mergedFlushes = 0;
  let generation = history.generation;

  for (let step = 0; step < STEPS; step += BURST) {
    const steps = Array.from({ length: BURST }, (_, i) => {
      const at = step + i;
      const loss = at === SPIKE_STEP ? 50 : 2 / (1 + at / 1000);
      return { step: at, loss, accuracy: 0.5, learningRate: 0.1, gradNorm };
    });
    const batch = packMetrics('a', steps, step, 1);
    const buffers = transferables({ type: 'metrics', batch, imagesPerSecond: 1, stepMs: 1 });
    messageBytes.add(buffers.reduce((sum, { byteLength }) => sum + byteLength, 0));
    history.append(batch);
    if ((step / BURST) % 10 === 0) history.evaluated({ step, loss: 1, accuracy: 0.5 });
    if ((step / BURST) % MESSAGES !== MESSAGES - 1) continue;

    const before = line.rowsRead;
    const points = line.update(history);
    const done = step + BURST;
    // Merging halves the rows, so it happens a handful of times in all.
    if (history.generation !== generation) mergedFlushes++;
    else cost.rows.set(done, line.rowsRead - before);
    generation = history.generation;
    cost.points.set(done, points.length);
    if (done % 1000 === 0) {
      painter.update(history, [-2, 0]);
      const again = painter.update(history, [-2, 0]);
      columns.set(done, painter.columns - again);
    }
  }

  // Messages: one size, 25 steps of 330 norms and five numbers.
  expect([...messageBytes]).toEqual([BURST * (4 * (names.length + 4) + 8)]);
  // Reading: only what is new, whatever the step.
  expect(cost.rows.get(1000)).toBe(FLUSH_STEPS);
  expect(Math.max(...cost.rows.values())).toBe(FLUSH_STEPS);
  expect(cost.rows.get(STEPS)).toBeLessThanOrEqual(FLUSH_STEPS);
  expect(mergedFlushes).toBeLessThanOrEqual(5);
  expect(line.rowsRead).toBeLessThan(2 * STEPS);
  // Drawing: bounded.
  expect(Math.max(...cost.points.values())).toBeLessThanOrEqual(MAX_POINTS);
  expect(painter.columns).toBeLessThanOrEqual(MAX_COLUMNS);
  expect(Math.max(...columns.values())).toBeLessThanOrEqual(1);
  // Memory: 16 MB of norms and the rest; a row holds at most 16 steps.
  expect(bytesOf(history)).toBeLessThan(17.5e6);
  expect(history.length).toBeGreaterThan(history.maxRows / 2);
  expect(history.stride).toBe(16);
  expect(history.evaluations.length).toBeLessThanOrEqual(MAX_EVALUATIONS);
  expect(history.evaluations.at(-1)?.step).toBe(STEPS - 10 * BURST);

  const rows = chartRows([{ id: 'a', history }], 'loss', { smoothing: 0.85, log: false, unit: 1 });
  expect(rows.length).toBeLessThanOrEqual(MAX_POINTS + MAX_TEST_POINTS);
  const spike = rows.find((row) => row['a:raw'] === 50);
  expect(Math.abs((spike?.step ?? 0) - SPIKE_STEP)).toBeLessThan((2 * STEPS) / MAX_POINTS + 16);
  // The file has every row that is kept, and says how many steps each holds.
  const lines = metricsCsv([{ name: 'a', history }])
    .trimEnd()
    .split('\r\n');
  expect(lines.filter((text) => /^a,\d+,[1-9]/.test(text))).toHaveLength(history.length);
});
