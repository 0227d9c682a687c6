/** Networks and trainings for which `train.py` is written in tests. */
import type { RunConfigInput } from '../../model/config.ts';
import { NETS } from './nets.ts';

/** Further networks and trainings, so that every alternative of the script comes up. */
export const CONFIGS: Readonly<Record<string, RunConfigInput>> = {
  ...Object.fromEntries(
    Object.entries(NETS).map(([name, model]) => [name, { version: 1 as const, model }]),
  ),
  'ResNet-20 A': {
    version: 1,
    model: NETS['ResNet-20 A'],
    training: { steps: 31, learningRate: { type: 'oneCycle', base: 0.3 } },
  },
  'pre-activation A, sigmoid, ImageNet stem': {
    version: 1,
    model: NETS['pre-activation A, sigmoid, ImageNet stem'],
    training: { steps: 17, learningRate: { type: 'linear', base: 0.3 } },
  },
  'cosine, cuts, dropout': {
    version: 1,
    model: {
      ...{ stageDepths: [2, 2], stageWidths: [4, 6], projection: 'B', inputSize: 16 },
      ...{ cutShortcuts: ['layer1.1', 'layer2.0'], dropout: 0.3, init: 'glorot' },
      diracInit: true,
    },
    training: {
      ...{ seed: 4_000_000_000, batchSize: 8, steps: 12, labelSmoothing: 0.1 },
      ...{ augment: { flip: 'alternating', cutout: 7 }, testViews: 'crops' },
      mixup: 0.3,
      learningRate: { type: 'cosine', base: 0.05, warmupSteps: 3 },
      optimizer: { nesterov: true },
    },
  },
  'steps, flip, zero-initialised': {
    version: 1,
    model: {
      ...{ stageDepths: [1, 2], stageWidths: [3, 5], block: 'bottleneck', projection: 'C' },
      ...{ order: 'pre', zeroInitResidual: true, inputSize: 8, stemWidth: 6, whitening: true },
    },
    training: {
      ...{ seed: 7, batchSize: 4, steps: 9, augment: { crop: false } },
      ...{ microBatchSize: 3, mixup: 1.5 },
      learningRate: { type: 'step', base: 0.2, warmupSteps: 2, drops: [4, 6] },
    },
    data: { mean: [0.5, 0.4, 0.3], std: [0.25, 0.5, 1] },
  },
  'no BatchNorm, tanh, crop, zero-initialised': {
    version: 1,
    model: {
      ...{ stageDepths: [1, 1], stageWidths: [4, 8], normalization: 'none', activation: 'tanh' },
      ...{ zeroInitResidual: true },
    },
    training: {
      ...{ batchSize: 6, steps: 20, augment: { flip: false, cutout: 8 } },
      testViews: 'flip',
      learningRate: { type: 'oneCycle', base: 0.1, warmupSteps: 6 },
      optimizer: { momentum: 0 },
    },
  },
  'Fixup, stochastic depth, a cut shortcut': {
    version: 1,
    model: {
      ...{
        stageDepths: [2, 2],
        stageWidths: [4, 8],
        normalization: 'none',
        init: 'fixup',
        inputSize: 16,
      },
      ...{ branchScale: 'scalar', branchScaleStart: 1, survival: 0.5, cutShortcuts: ['layer2.1'] },
    },
    training: { batchSize: 8, steps: 12, learningRate: 0.05 },
  },
  'gates, dropped shortcuts, a cut one': {
    version: 1,
    model: {
      ...{ stageDepths: [2, 2], stageWidths: [4, 8], inputSize: 16, cutShortcuts: ['layer2.1'] },
      ...{ shortcutGate: 'exclusive', gateBias: -1, shortcutDropout: 0.5, shortcutScale: 0.5 },
      ...{ diracInit: true, dropout: 0.2 },
    },
    training: { batchSize: 8, microBatchSize: 5, steps: 12, learningRate: 0.05 },
  },
  'Adam without momentum': {
    version: 1,
    training: { optimizer: { type: 'adam', momentum: 0, beta2: 0.99 } },
  },
  'no augmentation, images no part of 32': {
    version: 1,
    model: { stageDepths: [1], stageWidths: [4], inputSize: 48 },
    training: { augment: { crop: false, flip: false } },
  },
};

/** Those that images of 32 pixels and ten classes can be fed to. */
export const INSPECTED = [
  'Fixup, stochastic depth, a cut shortcut',
  'gates, dropped shortcuts, a cut one',
  'cosine, cuts, dropout',
  'steps, flip, zero-initialised',
  'ResNet-20 A',
  'no BatchNorm, tanh, crop, zero-initialised',
  'pre-activation A, sigmoid, ImageNet stem',
];
