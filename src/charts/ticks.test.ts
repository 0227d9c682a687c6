import { expect, it } from 'vitest';
import { linearTicks, logTicks } from './ticks.ts';

it('covers a range with round numbers', () => {
  expect(linearTicks(0.7, 3.1)).toEqual([0.5, 1, 1.5, 2, 2.5, 3, 3.5]);
  expect(linearTicks(0, 431, 5, true)).toEqual([0, 100, 200, 300, 400, 500]);
  expect(linearTicks(0, 3, 5, true)).toEqual([0, 1, 2, 3]);
  expect(linearTicks(2, 2)).toEqual([2]);
});

it('marks powers of ten, and parts of them where there are few', () => {
  expect(logTicks(-2, 2)).toEqual([0.01, 0.1, 1, 10, 100]);
  expect(logTicks(-0.5, 0.5)).toEqual([0.5, 1, 2]);
});

it('thins out powers of ten where all of them would not fit', () => {
  expect(logTicks(-13, 3.5)).toEqual([1e-12, 1e-9, 1e-6, 0.001, 1, 1000]);
});
