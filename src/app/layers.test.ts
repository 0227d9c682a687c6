import { describe, expect, it } from 'vitest';
import { gradientRatio, robustLogRange, stageBands, weightLayers } from './layers.ts';

const names = [
  'conv1.weight',
  'bn1.weight',
  'layer1.0.conv1.weight',
  'layer1.0.conv2.weight',
  'layer1.0.conv2.bias',
  'layer1.0.downsample.0.weight',
  'fc.weight',
  'fc.bias',
];

it('lists main-path weights in depth order', () => {
  expect(weightLayers(names)).toEqual([
    { parameter: 0, name: 'conv1', depth: 0 },
    { parameter: 2, name: 'layer1.0.conv1', depth: 1 / 3 },
    { parameter: 3, name: 'layer1.0.conv2', depth: 2 / 3 },
    { parameter: 6, name: 'fc', depth: 1 },
  ]);
});

it('groups layers by stage', () => {
  expect(stageBands(weightLayers(names))).toEqual([
    { label: 'conv1', start: 0, end: 1 },
    { label: 'conv2_x', start: 1, end: 3 },
    { label: 'fc', start: 3, end: 4 },
  ]);
});

it('takes the ratio of first to last layer', () => {
  const gradNorm = Float32Array.of(20, 0, 0, 0, 0, 0, 5, 0);
  expect(gradientRatio(weightLayers(names), gradNorm)).toBe(4);
  expect(gradientRatio([], gradNorm)).toBeNaN();
});

describe('robustLogRange', () => {
  it('covers the values in halves', () => {
    expect(robustLogRange([0.02, 1, 50])).toEqual([-2, 2]);
  });
  it('is not moved by a single spike, zeros or NaN', () => {
    const values = new Array<number>(1000).fill(1);
    expect(robustLogRange([...values, 1e9, 0, Number.NaN])).toEqual([-0.5, 0.5]);
  });
  it('has a range before there is a value', () => {
    expect(robustLogRange([])).toEqual([-2, 1]);
  });
});
