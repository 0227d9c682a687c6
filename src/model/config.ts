/**
 * The run config, version 1: the one source of its types, defaults, limits and messages.
 * Fields other than `version` may be left out.
 */
import { z } from 'zod';

const unit = z.number().min(0).max(1);

export const learningRateSchema = z.union([
  z.number().min(0).max(100),
  z.strictObject({
    type: z.enum(['step', 'cosine']),
    base: z.number().min(0).max(100).default(0.1),
    warmupSteps: z.number().int().min(0).default(0),
    drops: z.array(z.number().int().min(0)).default([32000, 48000]),
  }),
]);

export const modelSchema = z.strictObject({
  stem: z.enum(['cifar', 'imagenet']).default('cifar'),
  /** Left out: the width of the first stage. */
  stemWidth: z.number().int().min(1).max(4096).optional(),
  block: z.enum(['basic', 'bottleneck']).default('basic'),
  order: z.enum(['post', 'pre']).default('post'),
  shortcuts: z.boolean().default(true),
  cutShortcuts: z.array(z.string().regex(/^layer[1-4]\.\d+$/)).default([]),
  projection: z.enum(['A', 'B', 'C']).default('A'),
  stageDepths: z.array(z.number().int().min(1).max(400)).min(1).max(4).default([3, 3, 3]),
  stageWidths: z.array(z.number().int().min(1).max(4096)).min(1).max(4).default([16, 32, 64]),
  normalization: z.enum(['batch', 'none']).default('batch'),
  activation: z.enum(['relu', 'tanh', 'sigmoid']).default('relu'),
  init: z.enum(['he', 'glorot']).default('he'),
  zeroInitResidual: z.boolean().default(false),
  dropout: z.number().min(0).max(0.95).default(0),
  classes: z.number().int().min(2).max(1000).default(10),
  inputSize: z.number().int().min(4).max(256).default(32),
});

export const trainingSchema = z.strictObject({
  seed: z.number().int().min(0).max(0xffffffff).default(0),
  batchSize: z.number().int().min(2).max(1024).default(128),
  steps: z.number().int().min(1).max(1_000_000).default(2000),
  labelSmoothing: unit.default(0),
  optimizer: z
    .strictObject({
      type: z.literal('sgd').default('sgd'),
      momentum: unit.default(0.9),
      nesterov: z.boolean().default(false),
      weightDecay: z.number().min(0).max(1).default(0.0001),
    })
    .prefault({}),
  learningRate: learningRateSchema.default(0.1),
  augment: z
    .strictObject({ crop: z.boolean().default(true), flip: z.boolean().default(true) })
    .prefault({}),
});

export const dataSchema = z.strictObject({
  source: z.enum(['cifar10', 'synthetic', 'own']).default('cifar10'),
  train: z.number().int().min(1).max(50_000).default(10_000),
  test: z.number().int().min(0).max(10_000).default(2000),
});

export const runConfigSchema = z.strictObject({
  version: z.literal(1),
  model: modelSchema.prefault({}),
  training: trainingSchema.prefault({}),
  data: dataSchema.prefault({}),
});

export type RunConfig = z.infer<typeof runConfigSchema>;
/** What a config file may hold: everything but `version` optional. */
export type RunConfigInput = z.input<typeof runConfigSchema>;
export type ModelConfig = RunConfig['model'];
export type TrainingConfig = RunConfig['training'];
export type DataConfig = RunConfig['data'];
export type LearningRate = TrainingConfig['learningRate'];
