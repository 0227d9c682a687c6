import { expect, it } from 'vitest';
import { clampZoom } from './linked.ts';
import { scaleOf, ticksOf } from './scale.ts';

it('goes from values to pixels and back', () => {
  const linear = scaleOf({ from: 0, to: 10 }, [50, 150], false);
  expect(linear.at(5)).toBe(100);
  expect(linear.invert(100)).toBe(5);
  const log = scaleOf({ from: 1, to: 1000 }, [300, 0], true);
  expect(log.at(10)).toBeCloseTo(200, 9);
  expect(log.invert(100)).toBeCloseTo(100, 9);
});

it('marks round values within the range', () => {
  expect(ticksOf(scaleOf({ from: 0, to: 19_999 }, [0, 1], false), 4, true)).toEqual([
    0, 5000, 10_000, 15_000,
  ]);
  expect(ticksOf(scaleOf({ from: 1, to: 20_000 }, [0, 1], true), 5)).toEqual([
    1, 10, 100, 1000, 10_000,
  ]);
  // Between two powers of ten a log axis has the marks of a linear one.
  expect(ticksOf(scaleOf({ from: 5100, to: 5900 }, [0, 1], true), 4)).toEqual([
    5200, 5400, 5600, 5800,
  ]);
});

it('zooms within what there is, and not to nothing', () => {
  const full = { from: 0, to: 1000 };
  expect(clampZoom({ from: 300, to: 100 }, full)).toEqual({ from: 100, to: 300 });
  expect(clampZoom({ from: -50, to: 500 }, full)).toEqual({ from: 0, to: 500 });
  expect(clampZoom({ from: -50, to: 5000 }, full)).toBeNull();
  expect(clampZoom({ from: 7, to: 7.01 }, full)).toBeNull();
});
