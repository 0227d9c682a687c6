/** Networks by name: those of the papers, and small pairs for machines without a GPU. */
import type { DataConfig, RunConfig, RunConfigInput } from './config.ts';
import { stepsForEpochs } from './cost.ts';
import { refuse } from './errors.ts';
import { completeConfig } from './parse.ts';
import { t } from '../text/t.ts';

type ModelInput = NonNullable<RunConfigInput['model']>;
type TrainingInput = NonNullable<RunConfigInput['training']>;

export interface Preset {
  /** `resnet-20` */
  readonly name: string;
  /** `ResNet-20` */
  readonly title: string;
  /** One line. */
  readonly description: string;
  /** Where the paper describes it; null if it is ours. */
  readonly section: string | null;
  readonly model: ModelInput;
  readonly training: TrainingInput;
  /** Passes over the training images, from which the steps follow; null if `training.steps` gives them. */
  readonly epochs: number | null;
  /** Those of them in which the rate rises. Default: as `training` says. */
  readonly warmupEpochs?: number;
}

/** He et al. §4.2: 64,000 steps of batch 128, the rate divided by 10 at 32,000 and 48,000. */
const cifarTraining = (warmupSteps: number): TrainingInput => ({
  batchSize: 128,
  steps: 64_000,
  optimizer: { momentum: 0.9, weightDecay: 1e-4 },
  learningRate: { type: 'step', base: 0.1, warmupSteps, drops: [32_000, 48_000] },
  augment: { crop: true, flip: true },
});

/** Depth 6n + 2: three stages of n blocks, option A. At depth 110 the paper trains its first 400 or so steps at a lower rate. */
function cifarPreset(depth: number, shortcuts: boolean): Preset {
  const n = (depth - 2) / 6;
  const title = `${shortcuts ? 'ResNet' : 'Plain'}-${depth}`;
  return {
    name: title.toLowerCase(),
    title,
    description: shortcuts
      ? t`${n} blocks per stage, parameter-free shortcuts, the paper’s CIFAR-10 training.`
      : t`ResNet-${depth} without its shortcuts: the same parameters, the same training.`,
    section: t`He et al. 2015, §4.2, table 6`,
    model: { shortcuts, projection: 'A', stageDepths: [n, n, n], stageWidths: [16, 32, 64] },
    training: cifarTraining(depth === 110 ? 400 : 0),
    epochs: null,
  };
}

const IMAGENET_DEPTHS = {
  18: { block: 'basic', stageDepths: [2, 2, 2, 2] },
  34: { block: 'basic', stageDepths: [3, 4, 6, 3] },
  50: { block: 'bottleneck', stageDepths: [3, 4, 6, 3] },
  101: { block: 'bottleneck', stageDepths: [3, 4, 23, 3] },
  152: { block: 'bottleneck', stageDepths: [3, 8, 36, 3] },
} as const satisfies Record<number, Pick<ModelInput, 'block' | 'stageDepths'>>;

type ImagenetDepth = keyof typeof IMAGENET_DEPTHS;

function imagenetModel(depth: ImagenetDepth, stem: 'imagenet' | 'cifar'): ModelInput {
  const { block, stageDepths } = IMAGENET_DEPTHS[depth];
  return {
    stem,
    stemWidth: 64,
    block,
    projection: 'B',
    stageDepths: [...stageDepths],
    stageWidths: [64, 128, 256, 512],
  };
}

function imagenetPreset(depth: ImagenetDepth, stem: 'imagenet' | 'cifar'): Preset {
  const small = stem === 'cifar';
  return {
    name: `resnet-${depth}${small ? '-cifar' : ''}`,
    title: small ? t`ResNet-${depth}, CIFAR stem` : `ResNet-${depth}`,
    description: small
      ? t`ResNet-${depth} with a 3×3 stem and no max-pool, as is usual on 32×32 images.`
      : t`The paper’s ImageNet network, here on 32×32 images and 10 classes.`,
    section: t`He et al. 2015, §4.1, table 1`,
    model: imagenetModel(depth, stem),
    training: {
      batchSize: 128,
      optimizer: { momentum: 0.9, weightDecay: 1e-4 },
      learningRate: 0.1,
    },
    epochs: 10,
  };
}

const TUTORIAL: Preset = {
  name: 'tutorial-resnet-18',
  title: t`Tutorial ResNet-18`,
  description: t`ResNet-18 with a 3×3 stem, ten passes over the images: the usual first exercise.`,
  section: null,
  model: imagenetModel(18, 'cifar'),
  training: {
    batchSize: 128,
    optimizer: { momentum: 0.9, weightDecay: 5e-4 },
    learningRate: 0.1,
  },
  epochs: 10,
};

/** Half as wide and a quarter of the pixels: a sixteenth of the work. */
function smallPreset(depth: number, shortcuts: boolean): Preset {
  const n = (depth - 2) / 6;
  return {
    name: `small-${depth}${shortcuts ? '' : '-plain'}`,
    title: shortcuts ? t`Small ResNet-${depth}` : t`Small Plain-${depth}`,
    description: shortcuts
      ? t`16×16 images, 8 to 32 channels: ResNet-${depth} for adapters without a GPU.`
      : t`Small ResNet-${depth} without its shortcuts.`,
    section: null,
    model: {
      shortcuts,
      projection: 'A',
      stageDepths: [n, n, n],
      stageWidths: [8, 16, 32],
      inputSize: 16,
    },
    training: {
      batchSize: 32,
      steps: 2000,
      optimizer: { momentum: 0.9, weightDecay: 1e-4 },
      learningRate: 0.1,
    },
    epochs: null,
  };
}

/**
 * Page's net (2018) opens each stage with a convolution and a max-pool, and has blocks in the first and the last; here
 * the opening convolution is the block's first, with the stride.
 */
const PAGE: Preset = {
  name: 'resnet-8-page',
  title: t`ResNet-8, after ResNet-9`,
  description: t`Few, wide layers and 24 epochs: as near to David Page’s net as blocks come. His has a convolution more, at 32×32, and no shortcut in the middle stage.`,
  section: t`DAWNBench 2018, “How to Train Your ResNet”`,
  model: {
    stemWidth: 64,
    stemPool: true,
    projection: 'B',
    stageDepths: [1, 1, 1],
    stageWidths: [128, 256, 512],
  },
  training: {
    batchSize: 128,
    optimizer: { momentum: 0.9, nesterov: true, weightDecay: 5e-4 },
    learningRate: { type: 'linear', base: 0.1 },
    augment: { crop: true, flip: true, cutout: 8 },
  },
  epochs: 24,
  warmupEpochs: 5,
};

/** Batches a quarter as large as Jordan's, at a quarter of his rate; what of airbench94 it lacks is in docs/recipes.md. */
const AIRBENCH: Preset = {
  name: 'plain-8-airbench',
  title: t`Plain-8, after airbench`,
  description: t`Among the fastest nets to 94 %, and plain: no contradiction, it is shallow. Eight layers with BatchNorm train without shortcuts, the more so as each starts near the identity (Dirac), which a shortcut gives for good. Plain-56 would not.`,
  section: t`Jordan 2024, arXiv:2404.00498`,
  model: {
    shortcuts: false,
    stemWidth: 54,
    stemPool: true,
    whitening: true,
    stageDepths: [1, 1, 1],
    stageWidths: [64, 256, 256],
    diracInit: true,
  },
  training: {
    batchSize: 256,
    optimizer: { momentum: 0.85, nesterov: true, weightDecay: 1.33e-3 },
    learningRate: { type: 'linear', base: 0.375 },
    labelSmoothing: 0.2,
    augment: { crop: true, flip: 'alternating' },
    testViews: 'crops',
  },
  epochs: 10,
  warmupEpochs: 2,
};

/** He et al.'s network, by what training has learnt since; docs/recipes.md has what was tried. */
const FAST: Preset = {
  ...cifarPreset(20, true),
  name: 'resnet-20-fast',
  title: t`ResNet-20 fast`,
  description: t`The paper’s network by a recipe for few epochs: Muon, 1-cycle, label smoothing, alternating flips, decay of weights alone.`,
  section: null,
  training: {
    batchSize: 64,
    optimizer: { type: 'muon', momentum: 0.9, nesterov: true, weightDecay: 0.01 },
    learningRate: { type: 'oneCycle', base: 0.1 },
    decayNormAndBias: false,
    labelSmoothing: 0.1,
    augment: { crop: true, flip: 'alternating' },
  },
  epochs: 10,
};

const CIFAR_DEPTHS = [20, 32, 44, 56, 110];
const DEPTHS: readonly ImagenetDepth[] = [18, 34, 50, 101, 152];

/** All presets, in the order in which they are offered. */
export const PRESETS: readonly Preset[] = [
  ...CIFAR_DEPTHS.map((depth) => cifarPreset(depth, true)),
  ...CIFAR_DEPTHS.map((depth) => cifarPreset(depth, false)),
  ...[20, 32, 44, 56].flatMap((depth) => [smallPreset(depth, true), smallPreset(depth, false)]),
  ...[TUTORIAL, FAST, PAGE, AIRBENCH],
  ...DEPTHS.map((depth) => imagenetPreset(depth, 'cifar')),
  ...DEPTHS.map((depth) => imagenetPreset(depth, 'imagenet')),
];

/** Those that differ in more than their training. */
export const NETWORK_PRESETS: readonly Preset[] = PRESETS.filter(({ name }) => name !== FAST.name);

/**
 * The whole run config of a preset.
 * @param data how many images; determines the steps if the preset counts epochs.
 * @throws ConfigError if there is no such preset.
 */
export function presetConfig(
  name: string,
  data: { readonly [K in keyof DataConfig]?: DataConfig[K] } = {},
): RunConfig {
  const preset = PRESETS.find((candidate) => candidate.name === name);
  if (preset === undefined) {
    const names = PRESETS.map((candidate) => candidate.name).join(', ');
    return refuse('preset', t`There is no preset "${name}". Presets: ${names}.`);
  }
  const { model, training, epochs, warmupEpochs } = preset;
  const config = completeConfig({ version: 1, model, training, data });
  if (epochs === null) return config;
  const { batchSize, learningRate } = config.training;
  const stepsIn = (some: number) => stepsForEpochs(some, config.data.train, batchSize);
  const schedule =
    typeof learningRate === 'number' || warmupEpochs === undefined
      ? learningRate
      : { ...learningRate, warmupSteps: stepsIn(warmupEpochs) };
  const planned = { ...config.training, learningRate: schedule, steps: stepsIn(epochs) };
  return { ...config, training: planned };
}
