import { expect, it } from 'vitest';
import { normalizationOf } from '../data/normalization.ts';
import { metadataOf } from './exportModel.ts';
import { readOrigin } from './readOrigin.ts';
import { exportModel } from './testing/nets.ts';

const model = exportModel('ResNet-20 A');
const written = metadataOf(model, { naming: 'cifar', input: 'pixels' });

it('gives back what was written', () => {
  const { classNames, step, test } = model;
  const normalization = normalizationOf(model.config.data);
  expect(readOrigin(new Map(Object.entries(written)))).toEqual({
    ...{ classNames, step, test, normalization, diverged: null },
  });
  const diverged = { step: 81, layer: 'layer1.0.bn2.running_var' };
  const said = metadataOf({ ...model, diverged }, { naming: 'cifar', input: 'pixels' });
  expect(readOrigin(new Map(Object.entries(said)))).toMatchObject({ diverged });
});

it('treats what is missing or broken as not given', () => {
  const unknown = { classNames: [], step: 0, test: null, normalization: null, diverged: null };
  expect(readOrigin(new Map())).toEqual(unknown);
  const broken = Object.keys(written).map((key) => [key, '{"broken'] as const);
  expect(readOrigin(new Map(broken))).toEqual(unknown);
  const wrong = { step: '-1', mean: '[1,2]', std: '[1,2,3]', classNames: '[1]', testLoss: '"x"' };
  expect(readOrigin(new Map(Object.entries(wrong)))).toEqual(unknown);
  const zero = { mean: '[1,2,3]', std: '[1,0,3]' };
  expect(readOrigin(new Map(Object.entries(zero)))).toEqual(unknown);
});
