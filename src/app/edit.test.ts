import { describe, expect, it } from 'vitest';
import { type DataConfig, type ModelConfig, runConfigSchema } from '../model/config.ts';
import { completeConfig } from '../model/parse.ts';
import {
  applyPatch,
  hasShortcut,
  sameConfig,
  sharedPart,
  withOptimizer,
  withPending,
} from './edit.ts';

const config = runConfigSchema.parse({
  version: 1,
  model: { stageDepths: [2, 1], stageWidths: [8, 16], cutShortcuts: ['layer1.1'] },
});

describe('applyPatch', () => {
  it('replaces fields and leaves the config it was given alone', () => {
    const patched = applyPatch(config, { model: { block: 'bottleneck' }, training: { seed: 7 } });
    expect(patched.model.block).toBe('bottleneck');
    expect(patched.training.seed).toBe(7);
    expect(patched.training.batchSize).toBe(config.training.batchSize);
    expect(config.model.block).toBe('basic');
  });

  it('drops cuts of blocks that are gone', () => {
    expect(applyPatch(config, { model: { stageDepths: [1, 1] } }).model.cutShortcuts).toEqual([]);
    expect(applyPatch(config, { model: { stageDepths: [2, 3] } }).model.cutShortcuts).toEqual([
      'layer1.1',
    ]);
  });

  it('has as many classes as other images, if it had as many as the images before', () => {
    const classes = (model: Partial<ModelConfig>, source: DataConfig['source']) =>
      applyPatch(applyPatch(config, { model }), { data: { source } }).model.classes;
    expect(classes({}, 'cifar100')).toBe(100);
    expect(classes({ classes: 12 }, 'cifar100')).toBe(12);
    expect(classes({}, 'own')).toBe(10);
    const hundred = applyPatch(config, { data: { source: 'cifar100' } });
    expect(applyPatch(hundred, { data: { source: 'cifar10' } }).model.classes).toBe(10);
  });

  it('leaves the stem width out when it is unset', () => {
    const wide = applyPatch(config, { model: { stemWidth: 32 } });
    expect(wide.model.stemWidth).toBe(32);
    expect('stemWidth' in applyPatch(wide, { model: { stemWidth: undefined } }).model).toBe(false);
  });
});

it('compares configs whatever the order of their fields', () => {
  const { model, training, data } = config;
  const { block, ...others } = model;
  expect(sameConfig(config, { data, training, version: 1, model: { ...others, block } })).toBe(
    true,
  );
  expect(sameConfig(config, applyPatch(config, { training: { seed: 9 } }))).toBe(false);
});

describe('sharedPart', () => {
  const patch = {
    model: { shortcuts: false, block: 'bottleneck', inputSize: 16 },
    training: { seed: 3, labelSmoothing: 0.1 },
    data: { train: 500 },
  } as const;

  it('keeps twins twins: everything but the shortcuts', () => {
    expect(sharedPart(patch, true)).toEqual({
      model: { block: 'bottleneck', inputSize: 16 },
      training: { seed: 3, labelSmoothing: 0.1 },
      data: { train: 500 },
    });
  });

  it('shares only what decides the batches otherwise', () => {
    expect(sharedPart(patch, false)).toEqual({
      model: { inputSize: 16 },
      training: { seed: 3 },
      data: { train: 500 },
    });
  });
});

describe('withPending', () => {
  it('makes changes in order, passing over what cannot be made', () => {
    const after = withPending(config, [
      { kind: 'blockShortcut', block: 'layer2.0', on: false },
      { kind: 'blockShortcut', block: 'layer4.9', on: false },
      { kind: 'blockShortcut', block: 'layer1.1', on: true },
      { kind: 'learningRate', learningRate: 0.01 },
    ]);
    expect(after.model.cutShortcuts).toEqual(['layer2.0']);
    expect(after.training.learningRate).toBe(0.01);
    expect(hasShortcut(after.model, 'layer1.1')).toBe(true);
    expect(hasShortcut(after.model, 'layer2.0')).toBe(false);
  });
});

it('an edit that is taken back leaves the config as it was', () => {
  const config = completeConfig({ version: 1, training: { optimizer: { type: 'adam' } } });
  const { optimizer, augment } = config.training;
  const there = applyPatch(config, {
    model: { survival: 0.5 },
    training: {
      ...{ decayNormAndBias: false, mixup: 0.2 },
      optimizer: { ...optimizer, beta2: 0.9 },
      augment: { ...augment, cutout: 8 },
    },
  });
  expect(sameConfig(there, config)).toBe(false);
  const back = applyPatch(there, {
    model: { survival: 1 },
    training: {
      ...{ decayNormAndBias: true, mixup: 0 },
      optimizer: { ...optimizer, beta2: 0.999 },
      augment: { ...augment, cutout: 0 },
    },
  });
  expect(back).toEqual(config);
  const said = { ...config, training: { ...config.training, mixup: 0 } };
  expect(sameConfig(said, config)).toBe(true);
});

it('leaves out a training field that is undefined', () => {
  const averaged = applyPatch(config, { training: { averageDecay: 0.99 } });
  expect(averaged.training.averageDecay).toBe(0.99);
  expect(applyPatch(averaged, { training: { averageDecay: undefined } })).toStrictEqual(config);
});

it('another optimizer comes with a rate that suits it, and takes its settings along', () => {
  const { training } = completeConfig({
    version: 1,
    training: { learningRate: { type: 'linear', base: 0.1 }, optimizer: { nesterov: true } },
  });
  const adam = withOptimizer(training, 'adam');
  expect(adam.optimizer).toEqual({
    ...{ type: 'adam', momentum: 0.9, nesterov: false, weightDecay: 0.0001 },
  });
  expect(adam.learningRate).toMatchObject({ type: 'linear', base: 0.001 });
  const given = { ...training, ...adam };
  const tuned = { ...given, optimizer: { ...given.optimizer, beta2: 0.99 } };
  const adamw = withOptimizer(tuned, 'adamw');
  expect(adamw.optimizer).toMatchObject({ type: 'adamw', beta2: 0.99 });
  expect(adamw.learningRate).toEqual(given.learningRate);
  const back = withOptimizer({ ...tuned, ...adamw }, 'sgd');
  expect(back.optimizer).toEqual({ ...training.optimizer, nesterov: false });
  expect(back.learningRate).toEqual(training.learningRate);
  const muon = withOptimizer(training, 'muon');
  expect(muon.optimizer).toEqual({ ...training.optimizer, type: 'muon' });
  expect(muon.learningRate).toMatchObject({ type: 'linear', base: 0.02 });
});
