/** Names, networks and buffers that programs put around a network. */
import { describe, expect, it } from 'vitest';
import {
  type ModuleFacts,
  singleGroup,
  type StoredTensor,
  type TensorGroup,
} from '../read/weightsFile.ts';
import { inspect } from './inspect.ts';
import {
  answer,
  B,
  BOTTLENECK,
  expectSame,
  fileOf,
  plus,
  prefixed,
  scaled,
  tensor,
  type Tensors,
  tensorsOf,
  without,
} from './testing/foreignFiles.ts';

describe('wrappers', () => {
  const group = (path: string, tensors: Tensors): TensorGroup => ({
    ...singleGroup(tensors),
    path,
  });

  it.each<[string, Tensors]>([
    ['DataParallel and torch.compile', prefixed(tensorsOf(B), 'module._orig_mod.')],
    [
      'module. on some names',
      new Map([...tensorsOf(B)].map(([name, t], i) => [i % 2 ? name : `module.${name}`, t])),
    ],
    ['module. within', tensorsOf(B, [/^(layer\d)/, '$1.module'])],
    ['AveragedModel', plus(prefixed(tensorsOf(B), 'module.'), { n_averaged: tensor([], 3) })],
    [
      'Lightning',
      plus(prefixed(tensorsOf(B), 'model.'), {
        'criterion.weight': tensor([10]),
        'val_acc.total': tensor([]),
      }),
    ],
    [
      'a classifier beside the backbone',
      new Map(
        [...prefixed(without(tensorsOf(B), /^fc/), 'backbone.'), ...tensorsOf(B)].filter(
          ([name]) => name.startsWith('backbone') || name.startsWith('fc'),
        ),
      ),
    ],
    ['slashes', tensorsOf(B, [/\./g, '/'])],
  ])('%s', (_, tensors) => expectSame(inspect(fileOf(tensors)), B));

  it('robustness keeps the network twice: it is taken once, with its normalisation', () => {
    const twice = ['module.model.', 'module.attacker.model.'].flatMap((p) => [
      ...prefixed(tensorsOf(B), p),
    ]);
    const found = inspect(
      fileOf(
        plus(new Map(twice), {
          'module.normalizer.new_mean': tensor([3, 1, 1], [0.5, 0.25, 0.125]),
          'module.normalizer.new_std': tensor([3, 1, 1], [0.25, 0.5, 0.75]),
        }),
      ),
    );
    expectSame(found, B);
    expect(found.networks).toEqual([]);
    expect(found.normalization).toEqual({
      ...{ mean: [0.5, 0.25, 0.125], std: [0.25, 0.5, 0.75], source: 'file' },
    });
    expect(found.config?.data).toMatchObject({
      mean: [0.5, 0.25, 0.125],
      normalizationSource: 'file',
    });
    expect(found.open.map(({ field }) => field)).not.toContain('data.mean');
  });

  it('of two networks the first that is no average is assumed, and which one is asked', () => {
    const file = fileOf(
      group('model_ema', scaled(tensorsOf(B), 0.5)),
      group('model', tensorsOf(B)),
    );
    const found = inspect(file);
    expectSame(found, B);
    expect(found.networks).toEqual(['model', 'model_ema']);
    expect(found.open[0]).toMatchObject({ field: 'weights', assumed: 'model' });
    const other = inspect(file, answer({ weights: 'model_ema' }));
    expect(other.state?.get('fc.weight')?.data).toEqual(
      scaled(tensorsOf(B), 0.5).get('fc.weight')?.data,
    );
    expect(() => inspect(file, answer({ weights: 'best' }))).toThrow('model, model_ema');
  });

  it('pixels from 0 to 255, a mean alone, and buffers called mu and sigma', () => {
    const of = (more: Readonly<Record<string, StoredTensor>>) =>
      inspect(fileOf(plus(tensorsOf(B), more)));
    const bytes = of({ pixel_mean: tensor([3], 127.5), pixel_std: tensor([3], 51) });
    expect(bytes.normalization).toMatchObject({ mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] });
    expect(of({ mu: tensor([3], 0.5), sigma: tensor([3], 0.25) }).normalization.source).toBe(
      'file',
    );
    expect(of({ mean: tensor([3], 0.5) }).blocked).toContain('mean changes the function');
  });

  it('a whole module says its eps and where its stride is', () => {
    const facts = (eps: number | null, stride: number | null): ModuleFacts => ({
      className: 'm',
      eps,
      stride,
    });
    const modules = new Map([
      ['bn1', facts(1e-3, null)],
      ['layer2.0.conv1', facts(null, 2)],
    ]);
    const { config, open } = inspect(fileOf({ ...singleGroup(tensorsOf(BOTTLENECK)), modules }));
    expect(config?.model).toMatchObject({ batchNormEps: 1e-3, bottleneckStride: '1x1' });
    const fields = open.map(({ field }) => field);
    expect(fields).not.toContain('model.batchNormEps');
    expect(fields).toContain('model.activation');
  });
});
