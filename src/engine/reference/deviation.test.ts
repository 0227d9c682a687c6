import { expect, it } from 'vitest';
import { disagreements } from './case.ts';
import { DeviationMeter } from './deviation.ts';

it('keeps the largest deviation and where it was', () => {
  const meter = new DeviationMeter('loss', 0.1);
  meter.compare('step 0', 2, 2, 2);
  meter.compare('step 1', 2.5, 2, 2);
  meter.compare('step 2', 1.9, 2, 2);
  expect(meter.deviation).toEqual({ quantity: 'loss', worst: 0.25, tolerance: 0.1, at: 'step 1' });
  expect(disagreements([meter.deviation])).toEqual(['loss: 0.25 > 0.1 at step 1']);
});

it('does not count differences up to the floor', () => {
  const meter = new DeviationMeter('gradient norms', 0);
  meter.compare('conv1.weight', 0.25, 0, 0, 0.25);
  expect(disagreements([meter.deviation])).toEqual([]);
});

it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY])('never agrees with %s', (value) => {
  const meter = new DeviationMeter('loss', 1e9);
  meter.compare('step 0', value, 1, 1);
  expect(disagreements([meter.deviation])).toEqual(['loss: Infinity > 1000000000 at step 0']);
});
