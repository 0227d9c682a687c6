/**
 * The run config, version 1: the one source of its types, defaults, limits and messages.
 * Fields other than `version` may be left out. What only the built network can tell (cuts that name no block, stages
 * that shrink away, option A that would drop channels) is refused by `buildGraph`.
 */
import { z } from 'zod';

const thousands = (n: number): string => n.toLocaleString('en-US');

/** A number in [min, max], refused in one sentence whatever is wrong with it. */
function number(min: number, max: number) {
  const error = `Must be a number from ${thousands(min)} to ${thousands(max)}.`;
  return z.number({ error }).min(min, { error }).max(max, { error });
}

/** A whole number in [min, max]. */
function integer(min: number, max: number) {
  const error = `Must be a whole number from ${thousands(min)} to ${thousands(max)}.`;
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
}

function choice<const T extends readonly [string, ...string[]]>(...values: T) {
  const quoted = values.map((value) => `"${value}"`);
  return z.enum(values, { error: `Must be ${quoted.join(' or ')}.` });
}

const flag = () => z.boolean({ error: 'Must be true or false.' });

function perStage(min: number, max: number) {
  const error = 'Must be a list of 1 to 4 whole numbers, one a stage.';
  return z.array(integer(min, max), { error }).min(1, { error }).max(4, { error });
}

const MAX_RATE = 100;

export const learningRateSchema = z.union(
  [
    number(0, MAX_RATE),
    z.strictObject({
      type: choice('step', 'cosine'),
      base: number(0, MAX_RATE).default(0.1),
      /** Steps over which the rate first rises to `base` (He et al. §4.2 warm ResNet-110 up). */
      warmupSteps: integer(0, 1_000_000).default(0),
      /** Steps at which `step` divides the rate by 10; `cosine` has none. */
      drops: z
        .array(integer(0, 1_000_000), { error: 'Must be a list of steps.' })
        .default([32000, 48000]),
    }),
  ],
  {
    error:
      'Must be a number from 0 to 100, or a schedule: {"type": "step" or "cosine", "base", "warmupSteps", "drops"}.',
  },
);

export const modelSchema = z
  .strictObject({
    stem: choice('cifar', 'imagenet').default('cifar'),
    /** Left out: the width of the first stage. */
    stemWidth: integer(1, 4096).optional(),
    block: choice('basic', 'bottleneck').default('basic'),
    order: choice('post', 'pre').default('post'),
    shortcuts: flag().default(true),
    cutShortcuts: z
      .array(
        z
          .string({ error: 'Must be a block’s name such as "layer2.0".' })
          .regex(/^layer[1-4]\.(0|[1-9]\d*)$/, {
            error: 'Must be a block’s name such as "layer2.0".',
          }),
        { error: 'Must be a list of blocks such as ["layer2.0"].' },
      )
      .default([]),
    projection: choice('A', 'B', 'C').default('A'),
    /** Blocks in each stage. */
    stageDepths: perStage(1, 400).default([3, 3, 3]),
    /** Channels of each stage's 3×3 convolutions; a bottleneck puts out four times as many. */
    stageWidths: perStage(1, 4096).default([16, 32, 64]),
    normalization: choice('batch', 'none').default('batch'),
    activation: choice('relu', 'tanh', 'sigmoid').default('relu'),
    init: choice('he', 'glorot').default('he'),
    zeroInitResidual: flag().default(false),
    /** Share of the pooled features set to 0 before `fc`. */
    dropout: number(0, 0.95).default(0),
    classes: integer(2, 1000).default(10),
    /** Height and width of the images, in pixels. */
    inputSize: integer(4, 256).default(32),
  })
  .refine(({ stageDepths, stageWidths }) => stageDepths.length === stageWidths.length, {
    path: ['stageDepths'],
    error: 'Must have as many entries as stageWidths: every stage needs a depth and a width.',
  });

const optimizerSchema = z
  .strictObject({
    type: z.literal('sgd', { error: 'Must be "sgd".' }).default('sgd'),
    momentum: number(0, 1).default(0.9),
    nesterov: flag().default(false),
    weightDecay: number(0, 1).default(0.0001),
  })
  .refine(({ nesterov, momentum }) => !nesterov || momentum > 0, {
    path: ['nesterov'],
    error: 'Needs a momentum above 0.',
  });

export const trainingSchema = z.strictObject({
  seed: integer(0, 0xffffffff).default(0),
  /** At least 2: BatchNorm needs more than one value a channel. */
  batchSize: integer(2, 1024).default(128),
  steps: integer(1, 1_000_000).default(2000),
  labelSmoothing: number(0, 1).default(0),
  optimizer: optimizerSchema.prefault({}),
  learningRate: learningRateSchema.default(0.1),
  augment: z.strictObject({ crop: flag().default(true), flip: flag().default(true) }).prefault({}),
});

export const dataSchema = z.strictObject({
  source: choice('cifar10', 'synthetic', 'own').default('cifar10'),
  /** Images to train on and to test on. */
  train: integer(1, 50_000).default(10_000),
  test: integer(0, 10_000).default(2000),
});

export const runConfigSchema = z.strictObject({
  version: z.literal(1, { error: 'Must be 1: this program reads run configs of version 1.' }),
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
