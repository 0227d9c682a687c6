import { describe, expect, it } from 'vitest';
import { ConfigError } from './errors.ts';
import { parseRunConfig } from './parse.ts';
import { issuesOf } from './testing/configs.ts';

const refused = (value: unknown) =>
  issuesOf(() => parseRunConfig(value)).map(({ field, message }) => `${field}: ${message}`);

describe('parseRunConfig', () => {
  it('fills in the defaults', () => {
    expect(parseRunConfig({ version: 1 })).toEqual({
      version: 1,
      model: {
        stem: 'cifar',
        block: 'basic',
        bottleneckStride: '3x3',
        order: 'post',
        shortcuts: true,
        cutShortcuts: [],
        projection: 'A',
        paddingA: 'both',
        preProjection: 'raw',
        stageDepths: [3, 3, 3],
        stageWidths: [16, 32, 64],
        normalization: 'batch',
        batchNormEps: 1e-5,
        activation: 'relu',
        init: 'he',
        zeroInitResidual: false,
        dropout: 0,
        classes: 10,
        inputSize: 32,
      },
      training: {
        seed: 0,
        batchSize: 128,
        microBatchSize: 'auto',
        steps: 2000,
        precision: 'single',
        arithmetic: 'auto',
        labelSmoothing: 0,
        optimizer: { type: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0.0001 },
        learningRate: 0.1,
        augment: { crop: true, flip: true },
      },
      data: {
        source: 'cifar10',
        mean: [0.4914, 0.4822, 0.4465],
        std: [0.2023, 0.1994, 0.201],
        train: 10_000,
        test: 2000,
      },
    });
    expect(
      parseRunConfig({ version: 1, training: { learningRate: { type: 'cosine' } } }).training
        .learningRate,
    ).toEqual({ type: 'cosine', base: 0.1, warmupSteps: 0, drops: [32_000, 48_000] });
  });

  it('has as many classes as the images, unless it says how many', () => {
    const classes = (data: unknown, model: unknown = {}) =>
      parseRunConfig({ version: 1, model, data }).model.classes;
    expect(classes({ source: 'cifar100' })).toBe(100);
    expect(classes({ source: 'cifar100' }, { classes: 120 })).toBe(120);
    expect(classes({ source: 'cifar100' }, { stem: 'imagenet' })).toBe(100);
    expect(classes({ source: 'fashion-mnist' })).toBe(10);
    expect(classes({ source: 'own' })).toBe(10);
    expect(parseRunConfig({ version: 1, data: { source: 'cifar100' } }).model.classes).toBe(100);
  });

  it('says what is wrong with options that tell apart programs', () => {
    const model = { batchNormEps: -1, paddingA: 'start', bottleneckStride: '2x2', stemPool: 1 };
    const data = { mean: [0.5, 0.5], std: [0.2, 0, 0.2], source: 'mnist' };
    expect(refused({ version: 1, model, data })).toEqual([
      'model.stemPool: Must be true or false.',
      'model.bottleneckStride: Must be "3x3" or "1x1".',
      'model.paddingA: Must be "both" or "end".',
      'model.batchNormEps: Must be a number from 0 to 1.',
      'data.source: Must be "cifar10" or "cifar100" or "fashion-mnist" or "synthetic" or "own".',
      'data.mean: Must be a list of three numbers from -1,000 to 1,000: red, green, blue.',
      'data.std[1]: Must be a list of three numbers from 0.0001 to 1,000: red, green, blue.',
    ]);
  });

  it('says of what is no config that it is none', () => {
    for (const value of [null, undefined, 5, 'x', []]) {
      expect(refused(value)).toEqual([': A run config is an object such as {"version": 1}.']);
    }
    expect(refused({})).toEqual([
      'version: Must be 1: this program reads run configs of version 1.',
    ]);
    expect(refused({ version: 1, model: 3 })).toEqual(['model: Must be an object: {…}.']);
  });

  it('names every wrong field with a message of its own', () => {
    const model = {
      stem: 'vgg',
      depth: 20,
      stageDepths: [1, 0, 2.5],
      stageWidths: 'wide',
      cutShortcuts: ['layer2.0', 'stage1'],
      shortcuts: 'yes',
      dropout: 1,
    };
    expect(refused({ version: 1, model })).toEqual([
      'model.stem: Must be "cifar" or "imagenet".',
      'model.shortcuts: Must be true or false.',
      'model.cutShortcuts[1]: Must be a block’s name such as "layer2.0".',
      'model.stageDepths[1]: Must be a whole number from 1 to 400.',
      'model.stageDepths[2]: Must be a whole number from 1 to 400.',
      'model.stageWidths: Must be a list of 1 to 4 whole numbers, one per stage.',
      'model.dropout: Must be a number from 0 to 0.95.',
      'model.depth: There is no such field. Check its spelling, or leave it out.',
    ]);
    expect(refused({ version: 1, training: { precision: 'double' } })).toEqual([
      'training.precision: Must be "single" or "half".',
    ]);
    expect(refused({ version: 1, model: { stageDepths: [1, 1, 1, 1, 1] } })[0]).toBe(
      'model.stageDepths: Must be a list of 1 to 4 whole numbers, one per stage.',
    );
  });

  it('refuses what disagrees', () => {
    const model = { init: 'fixup', normalization: 'none', diracInit: true };
    expect(refused({ version: 1, model })).toEqual([
      'model.diracInit: Not with Fixup, which scales the filters.',
    ]);
    expect(refused({ version: 1, training: { augment: { flip: 'sometimes' } } })).toEqual([
      'training.augment.flip: Must be true, false or "alternating".',
    ]);
    expect(refused({ version: 1, model: { stageDepths: [2, 2] } })).toEqual([
      'model.stageDepths: Enter one number per stage, as many as under stageWidths (Channels per stage).',
    ]);
    const optimizer = { nesterov: true, momentum: 0 };
    expect(refused({ version: 1, training: { optimizer } })).toEqual([
      'training.optimizer.nesterov: Needs a momentum above 0.',
    ]);
    const adam = { type: 'adam', nesterov: true, momentum: 1 };
    expect(refused({ version: 1, training: { optimizer: adam } })).toEqual([
      'training.optimizer.momentum: Must be below 1 with Adam.',
      'training.optimizer.nesterov: Needs SGD or Muon: Adam has no such momentum here.',
    ]);
    expect(refused({ version: 1, training: { optimizer: { type: 'adam', beta2: 1 } } })).toEqual([
      'training.optimizer.beta2: Must be a number from 0 to 0.999999.',
    ]);
  });

  it('looks into the kind of learning rate that was meant', () => {
    const rate = (learningRate: unknown) => refused({ version: 1, training: { learningRate } });
    expect(rate(-1)).toEqual(['training.learningRate: Must be a number from 0 to 100.']);
    expect(rate({ type: 'exponential' })).toEqual([
      'training.learningRate.type: Must be "step" or "cosine" or "linear" or "oneCycle".',
    ]);
    expect(rate({ type: 'step', drops: [0.5], warmup: 5 })).toEqual([
      'training.learningRate.drops[0]: Must be a whole number from 0 to 1,000,000.',
      'training.learningRate.warmup: There is no such field. Check its spelling, or leave it out.',
    ]);
    expect(rate('fast')[0]).toMatch(/^training\.learningRate: Must be a number from 0 to 100, or/);
  });

  it('throws one ConfigError with all issues, the first of which it shows', () => {
    const parse = () => parseRunConfig({ version: 1, training: { seed: -1, steps: 0 } });
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(
      'training.seed: Must be a whole number from 0 to 4,294,967,295.\n' +
        'training.steps: Must be a whole number from 1 to 1,000,000.',
    );
    try {
      parse();
    } catch (error) {
      expect(error).toMatchObject({ name: 'ConfigError', field: 'training.seed' });
    }
  });
});
