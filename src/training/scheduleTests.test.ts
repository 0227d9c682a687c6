import { expect, test } from 'vitest';
import { scheduleTests } from './scheduleTests.ts';

const pair = { runs: 2, batchSize: 100, trainImages: 10_000, testImages: 2000 };

test('where testing costs next to nothing: all images, ten times an epoch', () => {
  expect(scheduleTests({ ...pair, stepMs: 100 }, 1e-6)).toEqual({ images: 2000, everySteps: 10 });
});

test('a quick GPU tests less often, on all images', () => {
  // 2000 images · 2 runs · 0.02 ms = 80 ms: 12 % of 67 steps of 10 ms.
  expect(scheduleTests({ ...pair, stepMs: 10 }, 0.02)).toEqual({ images: 2000, everySteps: 67 });
});

test('a slow adapter tests on fewer images', () => {
  // A tenth of an epoch takes 20 s; 12 % of that pay for 400 images of 3 ms under 2 runs.
  expect(scheduleTests({ ...pair, stepMs: 2000 }, 3)).toEqual({ images: 400, everySteps: 10 });
});

test('never fewer than 100, which then come more seldom', () => {
  expect(scheduleTests({ ...pair, stepMs: 2000 }, 60)).toEqual({ images: 100, everySteps: 50 });
});

test('before the first test a forward pass counts a third of a step', () => {
  const rate = { ...pair, stepMs: 600 };
  expect(scheduleTests(rate, null)).toEqual(scheduleTests(rate, 1));
});

test('a test set of 30 images is used whole', () => {
  expect(scheduleTests({ ...pair, testImages: 30, stepMs: 2000 }, 3).images).toBe(30);
});

test('a number of images once decided stays; the steps between tests give way', () => {
  const rate = { ...pair, stepMs: 2000 };
  expect(scheduleTests(rate, 60, 400)).toEqual({ images: 400, everySteps: 200 });
});
