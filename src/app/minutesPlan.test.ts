import { expect, it } from 'vitest';
import { completeConfig } from '../model/parse.ts';
import { epochsOf, fitted, stepMsOfAll, stepsWithin } from './minutesPlan.ts';
import { initialState } from './state.ts';
import { plannedTime } from './trainingTime.ts';

const config = completeConfig({ version: 1, training: { batchSize: 50 }, data: { train: 10_000 } });

it('takes a step of all runs together, by what was measured where something was', () => {
  const rated = { ...initialState, gflops: 100 };
  const one = plannedTime(config, rated)?.stepMs ?? 0;
  expect(stepMsOfAll([config, config], rated, null)).toBeCloseTo(2 * one, 9);
  expect(stepMsOfAll([config], { ...rated, paceRatio: 3 }, null)).toBeCloseTo(3 * one, 9);
  expect(stepMsOfAll([config], rated, 20)).toBeCloseTo(23, 9);
  expect(stepMsOfAll([config], initialState, null)).toBeNull();
});

it('fits the steps into the minutes, those made and their time included', () => {
  expect(stepsWithin(2, 50)).toBe(2400);
  expect(stepsWithin(2, 50, { steps: 100, ms: 20_000 })).toBe(100 + 2000);
  expect(stepsWithin(2, 51)).toBe(2350);
  // No fewer than were made, at least one, and no more than a config may have.
  expect(stepsWithin(1, 50, { steps: 300, ms: 90_000 })).toBe(300);
  expect(stepsWithin(0.001, 5000)).toBe(1);
  expect(stepsWithin(10_000, 1)).toBe(1_000_000);
  expect(epochsOf(config, 2400)).toBe(12);
});

it('ends the schedule with the steps and keeps the rate; of a long warm-up it keeps a tenth', () => {
  expect(fitted({ learningRate: 0.2 }, 1000, 'linear')).toEqual({
    steps: 1000,
    learningRate: { type: 'linear', base: 0.2, warmupSteps: 0, drops: [] },
  });
  const stepped = { type: 'step' as const, base: 0.1, warmupSteps: 400, drops: [500, 750] };
  expect(fitted({ learningRate: stepped }, 1000, 'linear').learningRate).toEqual({
    ...stepped,
    type: 'linear',
    warmupSteps: 100,
  });
  expect(fitted({ learningRate: stepped }, 1000, 'oneCycle').learningRate).toEqual({
    ...stepped,
    type: 'oneCycle',
    warmupSteps: 0,
  });
});
