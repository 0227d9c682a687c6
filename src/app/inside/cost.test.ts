import { expect, it } from 'vitest';
import { imageMs } from './cost.ts';

const unknown = { measuredMs: null, trainedPerSecond: null, runs: 2, macs: 5e6, gflops: null };

it('goes by the best that is known', () => {
  expect(imageMs({ ...unknown, measuredMs: 3, trainedPerSecond: 100, gflops: 10 })).toBe(3);
  // Two runs at 100 images/s each: 5 ms an image and run, a third of it forward.
  expect(imageMs({ ...unknown, trainedPerSecond: 100, gflops: 10 })).toBeCloseTo(5 / 3);
  expect(imageMs({ ...unknown, gflops: 10 })).toBeCloseTo(1);
  expect(imageMs(unknown)).toBeNull();
});
