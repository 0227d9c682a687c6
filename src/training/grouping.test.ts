import { expect, test } from 'vitest';
import { type RunConfigInput, runConfigSchema } from '../model/config.ts';
import { batchKey, datasetKey, groupRuns } from './grouping.ts';

const config = (input: Omit<RunConfigInput, 'version'> = {}) =>
  runConfigSchema.parse({ version: 1, ...input });
const key = (input: Omit<RunConfigInput, 'version'>) => batchKey(config(input));

test('twins share a batch whatever their depth, shortcuts, learning rate and steps', () => {
  const twin = key({
    model: { shortcuts: false, stageDepths: [9, 9, 9] },
    training: { learningRate: 0.01, steps: 5, optimizer: { momentum: 0 } },
  });
  expect(twin).toBe(key({}));
});

test.each<Omit<RunConfigInput, 'version'>>([
  { training: { batchSize: 64 } },
  { training: { seed: 1 } },
  { training: { augment: { crop: false } } },
  { training: { augment: { flip: false } } },
  { training: { augment: { flip: 'alternating' } } },
  { training: { augment: { cutout: 8 } } },
  { training: { mixup: 0.2 } },
  { model: { inputSize: 16 } },
  { model: { classes: 5 } },
  { data: { source: 'synthetic' } },
  { data: { train: 500 } },
  { data: { mean: [0.5, 0.5, 0.5] } },
  { data: { std: [1, 1, 1] } },
])('%j needs a batch of its own', (input) => {
  expect(key(input)).not.toBe(key({}));
});

test('runs share the images themselves however they normalise them', () => {
  const { data } = config();
  const other = { ...data, mean: [0, 0, 0], std: [1, 1, 1] } satisfies typeof data;
  expect(datasetKey(other, 0)).toBe(datasetKey(data, 0));
});

test('only synthetic images depend on the seed', () => {
  const { data } = config();
  expect(datasetKey(data, 1)).toBe(datasetKey(data, 2));
  const synthetic = { ...data, source: 'synthetic' } as const;
  expect(datasetKey(synthetic, 1)).not.toBe(datasetKey(synthetic, 2));
});

const run = (id: string, step: number, microBatchSize = 8) => ({
  ...{ id, step, microBatchSize },
  config: config(),
});

test('runs with other micro-batches are different groups', () => {
  const groups = groupRuns([run('a', 40), run('b', 40, 4), run('c', 40)]);
  expect(groups.map((group) => group.map(({ id }) => id))).toEqual([['a', 'c'], ['b']]);
});

test('runs at different steps are different groups', () => {
  const groups = groupRuns([run('a', 40), run('b', 20), run('c', 40)]);
  expect(groups.map((group) => group.map(({ id }) => id))).toEqual([['a', 'c'], ['b']]);
});
