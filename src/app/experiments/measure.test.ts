import { expect, it } from 'vitest';
import { compareErrors, firstToLast, stepsTo } from './measure.ts';
import { experimentOf } from './registry.ts';
import { drawnResult } from './testing/drawnResult.ts';

const [arm] = experimentOf('degradation')?.arms('small') ?? [];
if (arm === undefined) throw new Error('no arm');

it('tells a difference from chance by the images it was measured on', () => {
  // Two standard errors of the difference at 50 %: 2·√2·50/√400 = 7.07 points.
  const at = (error: number, images = 400) => ({ error, images });
  expect(compareErrors(at(57), at(50))).toBe('alike');
  expect(compareErrors(at(58), at(50))).toBe('higher');
  expect(compareErrors(at(42), at(50))).toBe('lower');
  expect(compareErrors(at(52, 40_000), at(50, 40_000))).toBe('higher');
});

it('finds the step at which the error has come down', () => {
  const result = drawnResult(arm, 40);
  // 90 % to 40 % over 400 steps in 50 points; the mean of five points lags two behind.
  expect(stepsTo(result, 65)).toBe(216);
  expect(stepsTo(result, 30)).toBeNull();
});

it('sets the first layer against the last convolution', () => {
  const result = drawnResult(arm, 40);
  expect(result.profile.layer.at(-2)).toBe('layer3.2.conv2');
  expect(firstToLast(result)).toBeCloseTo(1.2 ** 18, 6);
});
