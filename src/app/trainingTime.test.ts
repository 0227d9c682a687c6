import { expect, it } from 'vitest';
import { completeConfig } from '../model/parse.ts';
import { freshRun } from './runViews.ts';
import { initialState } from './state.ts';
import { measuredRatio, plannedTime, timeLeftMs } from './trainingTime.ts';

const config = completeConfig({ version: 1, training: { steps: 100 } });

it('corrects its estimates by what the steps of the runs in training took', () => {
  const rated = { ...initialState, gflops: 100 };
  const { stepMs = 0 } = plannedTime(config, rated) ?? {};
  const runs = [
    freshRun('a', 0, 'a', config),
    { ...freshRun('b', 1, 'b', config), finished: true },
  ];
  const throughput = { imagesPerSecond: 1, stepMs: 3 * stepMs };
  const ratio = measuredRatio({ ...rated, runs, throughput, stepsDone: 50 });
  // The estimate has the tests' share on top.
  expect(ratio).toBeCloseTo(3 * 1.15, 6);
  expect(plannedTime(config, { ...rated, paceRatio: ratio })?.wholeMs).toBeCloseTo(
    100 * stepMs * 3 * 1.15,
    3,
  );
  expect(measuredRatio({ ...rated, runs, throughput, stepsDone: 0 })).toBeNull();
});

it('tells the time left by the clock once it has run for a while', () => {
  const since = { ms: 1000, step: 100 };
  expect(timeLeftMs(since, { ms: 2000, step: 110 }, 1110, 50)).toBeCloseTo(1000 * 50 * 1.15, 6);
  expect(timeLeftMs(since, { ms: 11_000, step: 200 }, 1200, 50)).toBe(1000 * 100);
});
