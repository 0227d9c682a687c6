import { describe, expect, it } from 'vitest';
import {
  gradientRatio,
  ratioWord,
  recentGradientRatio,
  robustLogRange,
  stageBands,
  weightLayers,
} from './layers.ts';
import { RunHistory } from '../training/history.ts';

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

it('takes the ratio of the first layer to the last convolution', () => {
  const [last] = weightLayers(names).filter(({ name }) => name === 'layer1.0.conv2');
  const gradNorm = new Float32Array(names.length).fill(7);
  gradNorm[0] = 20;
  gradNorm[last?.parameter ?? 0] = 5;
  expect(gradientRatio(weightLayers(names), gradNorm)).toBe(4);
  expect(gradientRatio([], gradNorm)).toBeNaN();
});

it('averages the ratio over the last 50 steps, as factors', () => {
  const history = new RunHistory({ parameterNames: names, activationNames: [] });
  const steps = 80;
  const [first, last] = weightLayers(names).filter(({ name }) =>
    /^(conv1|layer1.0.conv2)$/.test(name),
  );
  const gradNorm = new Float32Array(steps * names.length).fill(1);
  for (let step = 0; step < steps; step++) {
    gradNorm[step * names.length + (first?.parameter ?? 0)] =
      step < 30 ? 1000 : step % 2 === 0 ? 8 : 2;
    gradNorm[step * names.length + (last?.parameter ?? 0)] = 1;
  }
  history.append({
    step: Uint32Array.from({ length: steps }, (_, i) => i),
    loss: new Float32Array(steps),
    accuracy: new Float32Array(steps),
    learningRate: new Float32Array(steps),
    elapsedMs: new Float64Array(steps),
    gradNorm,
  });
  expect(recentGradientRatio(history)).toBeCloseTo(4, 5);
  expect(['vanishes', 'even', 'explodes']).toEqual([0.1, 1.5, 30].map(ratioWord));
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
