import { expect, test } from 'vitest';
import { HealthMonitor, notFiniteIn } from './health.ts';

const names = {
  parameterNames: ['conv1.weight', 'layer1.0.conv1.weight', 'fc.weight'],
  activationNames: ['conv1', 'layer1.0.conv1'],
};
const metrics = (step: number, loss: number, gradNorm: number[]) => ({
  ...{ step, loss, gradNorm: Float32Array.from(gradNorm) },
  ...{ weightNorm: Float32Array.of(1, 2, 3), updateNorm: Float32Array.of(0.1, 0.2, 0.3) },
  ...{ activationStd: Float32Array.of(1, 1), overflowed: null },
});

test('finite numbers are healthy, zero norms of cut shortcuts included', () => {
  expect(new HealthMonitor(names).check(metrics(0, 2.3, [1, 0, 3]))).toBeNull();
});

test('some norms bad: the first bad one in forward order', () => {
  const health = new HealthMonitor(names);
  expect(health.check(metrics(4, Number.NaN, [1, Number.POSITIVE_INFINITY, Number.NaN]))).toEqual({
    step: 4,
    layer: 'layer1.0.conv1.weight',
  });
});

test('a bad norm counts even where the loss is finite', () => {
  const health = new HealthMonitor(names);
  expect(health.check(metrics(1, 2, [Number.NaN, 1, 1]))?.layer).toBe('conv1.weight');
});

test('all norms bad: the largest one step before', () => {
  const health = new HealthMonitor(names);
  health.check(metrics(0, 2.3, [1, 2, 3]));
  health.check(metrics(1, 900, [10, 5000, 30]));
  const nan = Number.NaN;
  expect(health.check(metrics(2, nan, [nan, nan, nan]))).toEqual({
    step: 2,
    layer: 'layer1.0.conv1.weight',
  });
});

test('only the loss bad: the largest one step before', () => {
  const health = new HealthMonitor(names);
  health.check(metrics(0, 2.3, [1, 2, 3]));
  expect(health.check(metrics(1, Number.POSITIVE_INFINITY, [0, 0, 0]))?.layer).toBe('fc.weight');
});

test('bad from the first step: the first parameter', () => {
  const nan = Number.NaN;
  expect(new HealthMonitor(names).check(metrics(0, nan, [nan, nan, nan]))).toEqual({
    step: 0,
    layer: 'conv1.weight',
  });
});

test.each([
  ['a weight', { weightNorm: Float32Array.of(1, Number.NaN, 3) }, 'layer1.0.conv1.weight'],
  ['an update', { updateNorm: Float32Array.of(1, 2, Number.POSITIVE_INFINITY) }, 'fc.weight'],
  ['a running variance', { overflowed: 'bn1.running_var' }, 'bn1.running_var'],
  ['a response', { activationStd: Float32Array.of(1, 2e14) }, 'layer1.0.conv1'],
  ['a square past float32', { gradNorm: Float32Array.of(1, 1.9e19, 1) }, 'layer1.0.conv1.weight'],
])('%s that overflows counts though the loss is finite', (_, bad, layer) => {
  const healthy = metrics(7, 2.3, [1, 1, 1]);
  expect(new HealthMonitor(names).check({ ...healthy, ...bad })).toEqual({ step: 7, layer });
});

test('a state with one NaN or infinity in weights or momentum is not finite', () => {
  const dict = (...values: number[]) =>
    new Map([['fc.bias', { shape: [values.length], data: Float32Array.from(values) }]]);
  expect(notFiniteIn({ weights: dict(1, -2), momentum: dict(0) })).toBeNull();
  expect(notFiniteIn({ weights: dict(1, Number.NaN), momentum: dict(0) })).toBe('fc.bias');
  expect(notFiniteIn({ weights: dict(1), momentum: dict(Number.NEGATIVE_INFINITY) })).toBe(
    'fc.bias',
  );
});
