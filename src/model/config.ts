/**
 * The run config, version 1: the single source of its types, defaults, limits and messages. Fields other than `version`
 * may be left out. What only the built network can tell (cuts that name no block, stages that shrink to nothing,
 * option A that would drop channels) is refused by `buildGraph`.
 */
import * as z from 'zod/mini';
import { DATA_SOURCE_IDS } from '../data/dataSources.ts';
import { CIFAR10_NORMALIZATION } from '../data/normalization.ts';
import { MAX_CHANGES } from './changeLimit.ts';
import { t } from '../text/t.ts';

// The page's content security policy forbids compiling checks with `new Function`. zod/mini itself has no messages.
z.config({ ...z.locales.en(), jitless: true });

const thousands = (n: number): string =>
  n.toLocaleString('en-US', { maximumSignificantDigits: 15 });

/** A number in [min, max]; the same sentence refuses any other value. */
function number(min: number, max: number) {
  const error = t`Must be a number from ${thousands(min)} to ${thousands(max)}.`;
  return z.number({ error }).check(z.minimum(min, { error }), z.maximum(max, { error }));
}

/** A whole number in [min, max]. */
function integer(min: number, max: number) {
  const error = t`Must be a whole number from ${thousands(min)} to ${thousands(max)}.`;
  return z
    .number({ error })
    .check(z.int({ error }), z.minimum(min, { error }), z.maximum(max, { error }));
}

function choice<const T extends readonly [string, ...string[]]>(...values: T) {
  const quoted = values.map((value) => `"${value}"`);
  return z.enum(values, { error: t`Must be ${quoted.join(t` or `)}.` });
}

const flag = () => z.boolean({ error: t`Must be true or false.` });

function perStage(min: number, max: number) {
  const error = t`Must be a list of 1 to 4 whole numbers, one per stage.`;
  return z
    .array(integer(min, max), { error })
    .check(z.minLength(1, { error }), z.maxLength(4, { error }));
}

const MAX_RATE = 100;

const learningRateSchema = z.union(
  [
    number(0, MAX_RATE),
    z.strictObject({
      type: choice('step', 'cosine', 'linear', 'oneCycle'),
      base: z._default(number(0, MAX_RATE), 0.1),
      /**
       * Steps over which the rate first rises to `base`, as He et al. §4.2 do for ResNet-110. With `oneCycle` 0 means three
       * tenths of all steps.
       */
      warmupSteps: z._default(integer(0, 1_000_000), 0),
      /** Steps at which a `step` schedule divides the rate by 10; unused by the others. */
      drops: z._default(
        z.array(integer(0, 1_000_000), { error: t`Must be a list of steps.` }),
        [32000, 48000],
      ),
    }),
  ],
  {
    error: t`Must be a number from 0 to 100, or a schedule: {"type": "step", "cosine", "linear" or "oneCycle", "base", "warmupSteps", "drops"}.`,
  },
);

const BLOCK_ERROR = { error: t`Must be a block’s name such as "layer2.0".` };

export const modelSchema = z
  .strictObject({
    stem: z._default(choice('cifar', 'imagenet'), 'cifar'),
    /** Max-pool 3×3, stride 2, behind the stem. Default: as the stem, that is with `imagenet`. */
    stemPool: z.optional(flag()),
    /** Default: the width of the first stage. */
    stemWidth: z.optional(integer(1, 4096)),
    block: z._default(choice('basic', 'bottleneck'), 'basic'),
    /** The convolution of a bottleneck that has the stride: torchvision's 3×3, or the paper's first 1×1. */
    bottleneckStride: z._default(choice('3x3', '1x1'), '3x3'),
    /** He et al. 2016, fig. 4: a, e, b, c. */
    order: z._default(choice('post', 'pre', 'normAfterAdd', 'actBeforeAdd'), 'post'),
    shortcuts: z._default(flag(), true),
    cutShortcuts: z._default(
      z.array(z.string(BLOCK_ERROR).check(z.regex(/^layer[1-4]\.(0|[1-9]\d*)$/, BLOCK_ERROR)), {
        error: t`Must be a list of blocks such as ["layer2.0"].`,
      }),
      [],
    ),
    projection: z._default(choice('A', 'B', 'C'), 'A'),
    /** Where option A puts its channels of zeros: half before and half after, or all at the end. */
    paddingA: z._default(choice('both', 'end'), 'both'),
    /** What a pre-activation block's projection reads: the block's input, or what its first convolution reads. */
    preProjection: z._default(choice('raw', 'activated'), 'raw'),
    /** The branch is multiplied before the addition: by a number, by a learnt one (SkipInit), by one a channel (LayerScale). */
    branchScale: z.optional(choice('constant', 'scalar', 'channel')),
    /** That number, or where the learnt ones start. Default: 0.5, 0 and 0.1. */
    branchScaleStart: z.optional(number(0, 1)),
    /** What the shortcut is multiplied by. Default: 1. */
    shortcutScale: z.optional(number(0, 1)),
    /** Gates of the input, by channel and pixel: g = σ(W·x + b) of a 1×1 convolution. F·g + x·(1 − g), or F + x·(1 − g). */
    shortcutGate: z.optional(choice('exclusive', 'shortcutOnly')),
    /** Where b starts. Default: -6. */
    gateBias: z.optional(number(-20, 20)),
    /** Fraction of the shortcut's values set to 0 in a step, the others raised. Default: 0. */
    shortcutDropout: z.optional(number(0, 0.95)),
    /** Stochastic depth: chance that the last block's branch counts in a step. Default: 1. */
    survival: z.optional(number(0.01, 1)),
    /** Each branch's channels times factors of their own means, by that many times fewer channels. Default: 0, not so. */
    squeezeExcitation: z.optional(integer(0, 4096)),
    /** Blocks in each stage. */
    stageDepths: z._default(perStage(1, 400), [3, 3, 3]),
    /** Channels of each stage's 3×3 convolutions; a bottleneck's output has four times as many. */
    stageWidths: z._default(perStage(1, 4096), [16, 32, 64]),
    normalization: z._default(choice('batch', 'group', 'none'), 'batch'),
    /** Of `group`. Default: half the first stage's channels, 32 at most. */
    normGroups: z.optional(integer(1, 4096)),
    /** Added to the variance. */
    batchNormEps: z._default(number(0, 1), 1e-5),
    activation: z._default(choice('relu', 'tanh', 'sigmoid'), 'relu'),
    init: z._default(choice('he', 'glorot', 'fixup'), 'he'),
    zeroInitResidual: z._default(flag(), false),
    /** Behind the stem, each convolution's first filters pass its inputs on, one each. Default: false. */
    diracInit: z.optional(flag()),
    /** The first layer's filters are made from the images' patches, and stay as they are. Default: false. */
    whitening: z.optional(flag()),
    /** Fraction of the pooled features set to 0 before `fc`. */
    dropout: z._default(number(0, 0.95), 0),
    classes: z._default(integer(2, 1000), 10),
    /** Height and width of the images, in pixels. */
    inputSize: z._default(integer(4, 256), 32),
  })
  .check(
    z.refine(({ stageDepths, stageWidths }) => stageDepths.length === stageWidths.length, {
      path: ['stageDepths'],
      error: t`Enter one number per stage, as many as under stageWidths (Channels per stage).`,
    }),
    z.refine(({ init, diracInit }) => !diracInit || init !== 'fixup', {
      path: ['diracInit'],
      error: t`Not with Fixup, which scales the filters.`,
    }),
    z.refine(
      ({ whitening, stem, stemWidth, stageWidths: [width = 0] }) => {
        const filters = stemWidth ?? width;
        return !whitening || (stem === 'cifar' && filters % 2 === 0 && filters <= 54);
      },
      {
        path: ['whitening'],
        error: t`Needs the CIFAR stem with an even number of channels, up to 54.`,
      },
    ),
  );

const optimizerSchema = z
  .strictObject({
    type: z._default(choice('sgd', 'adam', 'adamw', 'muon'), 'sgd'),
    /** Of `adam` and `adamw`: β₁. */
    momentum: z._default(number(0, 1), 0.9),
    nesterov: z._default(flag(), false),
    /** `sgd` and `adam` add it to the gradient; `adamw`, and `muon` from filters, takes rate · decay · weight from the weight. */
    weightDecay: z._default(number(0, 1), 0.0001),
    /** β₂ of `adam` and `adamw`. Default: 0.999. */
    beta2: z.optional(number(0, 0.999999)),
    /** ε of `adam` and `adamw`, added to the root of the second moment. Default: 1e-8. */
    epsilon: z.optional(number(1e-12, 1)),
  })
  .check(
    z.refine(({ type, momentum }) => !type.startsWith('adam') || momentum < 1, {
      path: ['momentum'],
      error: t`Must be below 1 with Adam.`,
    }),
    z.refine(({ type, nesterov }) => !nesterov || !type.startsWith('adam'), {
      path: ['nesterov'],
      error: t`Needs SGD or Muon: Adam has no such momentum here.`,
    }),
    z.refine(({ nesterov, momentum }) => !nesterov || momentum > 0, {
      path: ['nesterov'],
      error: t`Needs a momentum above 0.`,
    }),
  );

const seedSchema = integer(0, 0xffffffff);

/** What can change in a run between two steps. */
const runChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('learningRate'), learningRate: number(0, MAX_RATE) }),
  z.strictObject({ kind: z.literal('shortcuts'), on: flag() }),
  z.strictObject({
    kind: z.literal('blockShortcut'),
    block: z.string(BLOCK_ERROR).check(z.maxLength(100, BLOCK_ERROR)),
    on: flag(),
  }),
]);

const CHANGES_ERROR = {
  error: t`Must be left out or a list of 1 to 100 changes such as {"step": 500, "change": {"kind": "shortcuts", "on": false}}.`,
};

const trainingSchema = z.strictObject({
  seed: z._default(seedSchema, 0),
  /** At least 2: BatchNorm needs more than one value per channel. */
  batchSize: z._default(integer(2, 1024), 128),
  /**
   * Images that pass through the network at a time; their gradients add up to the batch's. If this is below
   * `batchSize`, BatchNorm normalises each micro-batch by itself. `auto`: the whole batch, or the largest part that fits.
   */
  microBatchSize: z._default(
    z.union([integer(1, 1024), z.literal('auto')], {
      error: t`Must be "auto" or a whole number from 1 to 1024.`,
    }),
    'auto',
  ),
  /**
   * How activations and their gradients are stored; weights, sums and statistics are single precision either way.
   * `half` takes half the memory and needs an adapter with `shader-f16`, which is checked when training begins.
   */
  precision: z._default(choice('single', 'half'), 'single'),
  /**
   * How the processor's kernels compute; other engines have no choice. `exact` rounds every product and sum by itself:
   * the same bits on every machine. `fast` fuses them where the processor can. `auto`: as the engine decides.
   */
  arithmetic: z._default(choice('auto', 'exact', 'fast'), 'auto'),
  steps: z._default(integer(1, 1_000_000), 2000),
  labelSmoothing: z._default(number(0, 1), 0),
  optimizer: z.prefault(optimizerSchema, {}),
  /** What the learning rate is multiplied by, of convolutions' filters. Default: 1. */
  filterRate: z.optional(number(0, 1000)),
  /** Of BatchNorm's scales and shifts and of convolutions' biases. Default: 1. */
  normAndBiasRate: z.optional(number(0, 1000)),
  /** Of the last layer's weights and biases. Default: 1. */
  classifierRate: z.optional(number(0, 1000)),
  /** Decay of the moving average of the weights, which is tested and given away. Left out: there is none. */
  averageDecay: z.optional(number(0, 0.999999)),
  /** Whether weight decay also acts on biases and on BatchNorm's scales and shifts. Default: it does. */
  decayNormAndBias: z.optional(flag()),
  learningRate: z._default(learningRateSchema, 0.1),
  /** Changes still to come, each made before the step of its number; a run removes them as it makes them. */
  changes: z.optional(
    z
      .array(
        z.strictObject({ step: integer(0, 1_000_000), change: runChangeSchema }, CHANGES_ERROR),
        CHANGES_ERROR,
      )
      .check(z.minLength(1, CHANGES_ERROR), z.maxLength(MAX_CHANGES, CHANGES_ERROR)),
  ),
  augment: z.prefault(
    z.strictObject({
      crop: z._default(flag(), true),
      /** `alternating`: every image is flipped in every second epoch. */
      flip: z._default(
        z.union([flag(), z.literal('alternating')], {
          error: t`Must be true, false or "alternating".`,
        }),
        true,
      ),
      /** Side of the square that becomes 0, in pixels. Default: 0, none. */
      cutout: z.optional(integer(0, 64)),
    }),
    {},
  ),
  /** α of mixup: the weights of an image and of the one it is mixed with are drawn from Beta(α, α). Default: 0, none. */
  mixup: z.optional(number(0, 100)),
  /** What a test shows of each image, logits averaged: also its mirror image, and both moved by a pixel. Default: `one`. */
  testViews: z.optional(choice('one', 'flip', 'crops')),
});

/** One number for each of red, green and blue. */
function perChannel(min: number, max: number) {
  const error = t`Must be a list of three numbers from ${thousands(min)} to ${thousands(max)}: red, green, blue.`;
  const channel = z.number({ error }).check(z.minimum(min, { error }), z.maximum(max, { error }));
  return z.tuple([channel, channel, channel], { error });
}

const HASH_ERROR = { error: t`Must be a SHA-256: 64 hexadecimal digits.` };

const dataSchema = z.strictObject({
  source: z._default(choice(...DATA_SOURCE_IDS), 'cifar10'),
  /** What is taken from pixels between 0 and 1, and what they are then divided by. */
  mean: z._default(perChannel(-1000, 1000), [...CIFAR10_NORMALIZATION.mean]),
  std: z._default(perChannel(0.0001, 1000), [...CIFAR10_NORMALIZATION.std]),
  /**
   * Where mean and deviation of imported weights are from: their file, or nobody said and they are taken for granted.
   * Left out: they are the run's own choice.
   */
  normalizationSource: z.optional(choice('file', 'assumed')),
  /** The SHA-256 of one's own images, which says which of them; the images themselves are nowhere but with their owner. */
  imagesSha256: z.optional(z.string(HASH_ERROR).check(z.regex(/^[0-9a-f]{64}$/, HASH_ERROR))),
  /** Images to train on and to test on. */
  train: z._default(integer(1, 60_000), 10_000),
  test: z._default(integer(0, 10_000), 2000),
});

export const runConfigSchema = z.strictObject({
  version: z.literal(1, { error: t`Must be 1: this program reads run configs of version 1.` }),
  model: z.prefault(modelSchema, {}),
  training: z.prefault(trainingSchema, {}),
  data: z.prefault(dataSchema, {}),
});

export type RunConfig = z.infer<typeof runConfigSchema>;
/** What a config file may hold: everything except `version` is optional. */
export type RunConfigInput = z.input<typeof runConfigSchema>;
export type ModelConfig = RunConfig['model'];
export type TrainingConfig = RunConfig['training'];
export type DataConfig = RunConfig['data'];

export type RunChange = z.infer<typeof runChangeSchema>;
export type ScheduledChange = NonNullable<TrainingConfig['changes']>[number];
export type TestViews = NonNullable<TrainingConfig['testViews']>;
export type LearningRate = TrainingConfig['learningRate'];
export type Schedule = Exclude<LearningRate, number>;
