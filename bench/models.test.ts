import { expect, it } from 'vitest';
import { UsageError } from '../headless/arguments.ts';
import { buildGraph } from '../src/model/builder.ts';
import { benchConfig } from './models.ts';

it.each([
  ['resnet-8', 75_290],
  ['resnet-20', 269_722],
  ['plain-20', 269_722],
  ['resnet-56', 853_018],
  ['resnet-110', 1_727_962],
  ['resnet-50', 23_528_522],
  ['resnet-18-cifar', 11_173_962],
])('%s has %d parameters', (name, parameters) => {
  const { model, training } = benchConfig(name, 4);
  expect(buildGraph(model).parameterCount).toBe(parameters);
  expect(training).toMatchObject({ batchSize: 4, optimizer: { momentum: 0.9, weightDecay: 0 } });
});

it.each(['resnet-21', 'resnet-2', 'vgg-16', ''])('there is no %s', (name) => {
  expect(() => benchConfig(name, 4)).toThrow(UsageError);
});
