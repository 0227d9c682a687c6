/** The small residual net on which engines measure how fast they train: 16 channels, 16×16, batch 32. */
import type { ModelConfig, TrainingConfig } from '../model/config.ts';

/** Written out, since filling in defaults would load the schema with the page. */
export const MEASURED_MODEL: ModelConfig = {
  stem: 'cifar',
  block: 'basic',
  bottleneckStride: '3x3',
  order: 'post',
  shortcuts: true,
  cutShortcuts: [],
  projection: 'A',
  paddingA: 'both',
  preProjection: 'raw',
  stageDepths: [1],
  stageWidths: [16],
  normalization: 'batch',
  batchNormEps: 1e-5,
  activation: 'relu',
  init: 'he',
  zeroInitResidual: false,
  dropout: 0,
  classes: 10,
  inputSize: 16,
};

export const MEASURED_TRAINING: TrainingConfig = {
  seed: 0,
  batchSize: 32,
  microBatchSize: 'auto',
  precision: 'single',
  arithmetic: 'auto',
  steps: 2000,
  labelSmoothing: 0,
  optimizer: { type: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
  learningRate: 0.1,
  augment: { crop: true, flip: true },
};
