import { expect, it } from 'vitest';
import { chanceOf, compareErrors, firstToLast, short, stepsTo } from './measure.ts';
import { experimentOf } from './registry.ts';
import { drawnResult } from './testing/drawnResult.ts';

const [arm] = experimentOf('degradation')?.arms('small') ?? [];
if (arm === undefined) throw new Error('no arm');

it('tells a difference from chance by the images it was measured on, and by the seeds', () => {
  // Two standard errors of the difference at 50 %: 2·√2·50/√400 = 7.07 points.
  const at = (error: number, images = 400) => ({ error, images });
  expect(compareErrors(at(57), at(50), 0)).toBe('alike');
  expect(compareErrors(at(58), at(50), 0)).toBe('higher');
  expect(compareErrors(at(42), at(50), 0)).toBe('lower');
  expect(compareErrors(at(52, 40_000), at(50, 40_000), 0)).toBe('higher');
  // 2·√2·√(2.5² + 2²) = 9.06 points.
  expect(compareErrors(at(59), at(50), 2)).toBe('alike');
  expect(compareErrors(at(59.1), at(50), 2)).toBe('higher');
  expect(chanceOf(2, at(50), at(50), at(50), at(50))).toBeCloseTo(4 * Math.hypot(2.5, 2));
});

it('finds the step at which the error has come down', () => {
  const result = drawnResult(arm, 40);
  // 90 % to 40 % over 1,600 steps in 50 points; the mean of five points lags two behind.
  expect(stepsTo(result, 65)).toBe(864);
  expect(stepsTo(result, 30)).toBeNull();
});

it('sets the first layer against the last convolution', () => {
  const result = drawnResult(arm, 40);
  expect(result.profile.layer.at(-2)).toBe('layer3.2.conv2');
  expect(firstToLast(result)).toBeCloseTo(1.2 ** 18, 6);
});

it('writes two digits, and powers of ten where a number is far from 1', () => {
  expect([1.234, 0.0341, 127, -0.5, 0].map(short)).toEqual(['1.2', '0.034', '130', '-0.5', '0']);
  expect([3.24e-5, 2.5e12].map(short)).toEqual(['3.2·10⁻⁵', '2.5·10¹²']);
  expect(short(Number.NaN)).toBe('no finite number');
});
