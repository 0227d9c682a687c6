import { expect, test } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import { completeConfig } from '../../model/parse.ts';
import { readmeText } from './readme.ts';

test.each([
  ['batch', 16, true],
  ['batch', 64, false],
  ['batch', 'auto', false],
  ['none', 16, false],
] as const)(
  'README of a %s net in micro-batches of %s tells of BatchNorm: %s',
  (normalization, microBatchSize, tells) => {
    const config = completeConfig({
      version: 1,
      model: { normalization },
      training: { batchSize: 64, microBatchSize },
    });
    const text = readmeText({
      config,
      graph: buildGraph(config.model),
      ...{ weights: new Map(), momentum: new Map(), step: 3, trainImages: 100 },
      images: { kind: 'cifar10', splits: null },
    });
    expect(text.includes('the page put 16 of the 64 images through the network at a time')).toBe(
      tells,
    );
  },
);

test.each([
  ['single', false],
  ['half', true],
] as const)('README of a run in %s precision tells of it: %s', (precision, tells) => {
  const config = completeConfig({ version: 1, training: { precision } });
  const text = readmeText({
    config,
    graph: buildGraph(config.model),
    ...{ weights: new Map(), momentum: new Map(), step: 3, trainImages: 100 },
    images: { kind: 'cifar10', splits: null },
  });
  expect(text.includes('as float16 between layers; `train.py` computes in float32')).toBe(tells);
});
