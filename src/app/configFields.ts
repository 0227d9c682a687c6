/**
 * The fields of a run config in people's words, once: what forms and tables call a field, how its values are spelled,
 * and what a run is called after it.
 */
import { DATA_SOURCES } from '../data/dataSources.ts';
import { NORMALIZATIONS, nameOfNormalization } from '../data/normalization.ts';
import { hasStemPool } from '../model/builder.ts';
import type {
  DataConfig,
  LearningRate,
  ModelConfig,
  RunConfig,
  Schedule,
} from '../model/config.ts';
import { networkDepth } from '../model/networkName.ts';
import { adamSettings } from '../model/optimizer.ts';
import { t } from '../text/t.ts';
import { listed } from '../text/language.ts';
import { inOneLine } from './words.ts';

export interface ConfigField {
  /** `training.batchSize` */
  readonly field: string;
  readonly label: string;
  /** Shown below its input. */
  readonly hint?: string;
  /** The value in a table. */
  show(config: RunConfig): string;
  /** The value in a run's name; null: it goes without saying. */
  phrase(config: RunConfig, base: RunConfig): string | null;
}

/** A field with few values, each with its name, in the order of a menu. */
interface ChoiceField<T extends string> extends ConfigField {
  readonly options: readonly (readonly [T, string])[];
}

const counts = new Intl.NumberFormat('en-US');
const count = (n: number): string => counts.format(n);
const yesNo = (on: boolean): string => (on ? t`yes` : t`no`);
const dots = (values: readonly number[]): string => values.join('·');

/** `0.1`, `0.1 ÷10 at 32,000, 48,000, warm-up 400`, `0.1 cosine` */
export function showLearningRate(rate: LearningRate): string {
  if (typeof rate === 'number') return String(rate);
  const after = rateAfterWarmUp(rate);
  return rate.warmupSteps === 0 ? after : t`${after}, warm-up ${count(rate.warmupSteps)}`;
}

function rateAfterWarmUp({ type, base, drops }: Schedule): string {
  switch (type) {
    case 'step':
      return drops.length === 0 ? `${base}` : t`${base} ÷10 at ${listed(drops.map(count))}`;
    case 'cosine':
      return t`${base} cosine`;
    case 'linear':
      return t`${base} linear to 0`;
    case 'oneCycle':
      return t`${base} 1-cycle`;
    default:
      return type satisfies never;
  }
}

const entry = (
  field: string,
  label: string,
  show: ConfigField['show'],
  phrase: ConfigField['phrase'] = (config) => `${label.toLowerCase()} ${show(config)}`,
): ConfigField => ({ field, label, show, phrase });

/** @param names of the values. @param phrase left out: the value's name. */
function choice<T extends string>(
  field: string,
  label: string,
  read: (config: RunConfig) => T,
  names: readonly (readonly [T, string])[],
  phrase: (value: T, name: string) => string = (_, name) => name,
): ChoiceField<T> {
  const show = (config: RunConfig): string => {
    const value = read(config);
    return names.find(([option]) => option === value)?.[1] ?? value;
  };
  const phraseOf = (config: RunConfig) => phrase(read(config), show(config));
  return { field, label, options: names, show, phrase: phraseOf };
}

/** A switch. @param off the phrase where it is off. */
const flag = (
  field: string,
  label: string,
  read: (config: RunConfig) => boolean,
  on: string,
  off: string,
): ConfigField =>
  entry(
    field,
    label,
    (config) => yesNo(read(config)),
    (config) => (read(config) ? on : off),
  );

const SOURCES = Object.entries(DATA_SOURCES).map(
  ([id, { title }]) => [id as DataConfig['source'], title] as const,
);

/** `CIFAR-10, as usual`; `(0.5, 0.5, 0.5) and (0.25, 0.25, 0.25)` where the numbers have no name. */
function showNormalization({ data }: RunConfig): string {
  const name = nameOfNormalization(data);
  const list = (values: readonly number[]): string => `(${values.join(', ')})`;
  const numbers =
    name === null ? t`${list(data.mean)} and ${list(data.std)}` : NORMALIZATIONS[name].title;
  return data.normalizationSource === 'assumed' ? t`${numbers} (assumed)` : numbers;
}

const isUsualPool = ({ stem, stemPool }: ModelConfig): boolean =>
  hasStemPool({ stem, stemPool }) === hasStemPool({ stem });

/** The fields, those that tell most about a run first. */
export const CONFIG_FIELDS = {
  stageDepths: entry(
    'model.stageDepths',
    t`Blocks per stage`,
    ({ model }) => dots(model.stageDepths),
    ({ model }, base) =>
      networkDepth(model) === networkDepth(base.model)
        ? t`blocks ${dots(model.stageDepths)}`
        : t`depth ${networkDepth(model)}`,
  ),
  shortcuts: entry(
    'model.shortcuts',
    t`Shortcuts`,
    ({ model }) => (model.shortcuts ? t`on` : t`off`),
    ({ model }) => (model.shortcuts ? t`shortcuts` : t`no shortcuts`),
  ),
  cutShortcuts: entry(
    'model.cutShortcuts',
    t`Cut shortcuts`,
    ({ model }) => (model.cutShortcuts.length === 0 ? t`none` : model.cutShortcuts.join(', ')),
    ({ model }) => {
      const [first, ...others] = model.cutShortcuts;
      if (first === undefined) return t`no shortcut cut`;
      return others.length === 0 ? t`${first} cut` : t`${others.length + 1} shortcuts cut`;
    },
  ),
  block: choice(
    'model.block',
    t`Block`,
    ({ model }) => model.block,
    [
      ['basic', t`basic: 3×3, 3×3`],
      ['bottleneck', t`bottleneck: 1×1, 3×3, 1×1`],
    ],
    (block) => (block === 'basic' ? t`basic blocks` : t`bottleneck blocks`),
  ),
  order: choice('model.order', t`Activation order`, ({ model }) => model.order, [
    ['post', t`post-activation`],
    ['pre', t`pre-activation`],
  ]),
  projection: choice<ModelConfig['projection']>(
    'model.projection',
    t`Shortcut option`,
    ({ model }) => model.projection,
    [
      ['A', 'A'],
      ['B', 'B'],
      ['C', 'C'],
    ],
    (option) => t`option ${option}`,
  ),
  paddingA: {
    ...choice(
      'model.paddingA',
      t`Option A’s zeros`,
      ({ model }) => model.paddingA,
      [
        ['both', t`on both sides`],
        ['end', t`at the end`],
      ],
      (side) => (side === 'end' ? t`zeros at the end` : t`zeros on both sides`),
    ),
    hint: t`Where the channels of zeros go. Programs differ; the paper does not say.`,
  },
  preProjection: {
    ...choice(
      'model.preProjection',
      t`Pre-activation projections read`,
      ({ model }) => model.preProjection,
      [
        ['raw', t`the block’s input`],
        ['activated', t`what the first convolution reads`],
      ],
      (input) =>
        input === 'raw'
          ? t`projections from the raw input`
          : t`projections from the activated input`,
    ),
    hint: t`With options B and C: before or after the block’s first BatchNorm and activation.`,
  },
  bottleneckStride: {
    ...choice(
      'model.bottleneckStride',
      t`Bottleneck’s stride`,
      ({ model }) => model.bottleneckStride,
      [
        ['3x3', t`on the 3×3 (torchvision)`],
        ['1x1', t`on the first 1×1 (the paper)`],
      ],
      (at) => t`stride on the ${at === '3x3' ? '3×3' : '1×1'}`,
    ),
    hint: t`Which convolution of a stage’s first block has the stride of 2.`,
  },
  normalization: choice(
    'model.normalization',
    t`Normalisation`,
    ({ model }) => model.normalization,
    [
      ['batch', 'BatchNorm'],
      ['none', t`none`],
    ],
    (kind, name) => (kind === 'none' ? t`no BatchNorm` : name),
  ),
  batchNormEps: {
    ...entry(
      'model.batchNormEps',
      t`BatchNorm’s ε`,
      ({ model }) => String(model.batchNormEps),
      ({ model }) => `ε ${model.batchNormEps}`,
    ),
    hint: t`Added to the variance: 0.00001 in PyTorch, 0.001 in Keras.`,
  },
  activation: choice('model.activation', t`Activation`, ({ model }) => model.activation, [
    ['relu', 'ReLU'],
    ['tanh', 'tanh'],
    ['sigmoid', 'sigmoid'],
  ]),
  stageWidths: entry(
    'model.stageWidths',
    t`Channels per stage`,
    ({ model }) => dots(model.stageWidths),
    ({ model }) => t`widths ${dots(model.stageWidths)}`,
  ),
  stem: choice(
    'model.stem',
    t`Stem`,
    ({ model }) => model.stem,
    [
      ['cifar', '3×3'],
      ['imagenet', t`7×7, stride 2, max-pool`],
    ],
    (stem) => (stem === 'cifar' ? t`3×3 stem` : t`7×7 stem`),
  ),
  stemPool: {
    ...entry(
      'model.stemPool',
      t`Max-pool after the stem`,
      ({ model }) => (isUsualPool(model) ? t`as the stem` : yesNo(hasStemPool(model))),
      ({ model }) => {
        if (isUsualPool(model)) return null;
        return hasStemPool(model) ? t`max-pool` : t`no max-pool`;
      },
    ),
    hint: t`A 3×3 window with stride 2, as ImageNet’s stem has it.`,
  },
  stemWidth: entry(
    'model.stemWidth',
    t`Stem channels`,
    ({ model }) => String(model.stemWidth ?? model.stageWidths[0] ?? ''),
    ({ model }, base) =>
      model.stemWidth === base.model.stemWidth
        ? null
        : t`stem width ${model.stemWidth ?? t`as 1st`}`,
  ),
  init: choice(
    'model.init',
    t`Initial weights`,
    ({ model }) => model.init,
    [
      ['he', 'He'],
      ['glorot', 'Glorot'],
    ],
    (_, name) => t`${name} init`,
  ),
  zeroInitResidual: flag(
    'model.zeroInitResidual',
    t`Branches start at zero (last BatchNorm 0)`,
    ({ model }) => model.zeroInitResidual,
    t`zero-init`,
    t`no zero-init`,
  ),
  dropout: entry(
    'model.dropout',
    t`Dropout before the classifier`,
    ({ model }) => String(model.dropout),
    ({ model }) => t`dropout ${model.dropout}`,
  ),
  classes: entry('model.classes', t`Classes`, ({ model }) => String(model.classes)),
  inputSize: entry(
    'model.inputSize',
    t`Image size`,
    ({ model }) => `${model.inputSize}×${model.inputSize}`,
    ({ model }) => t`${model.inputSize}×${model.inputSize} pixels`,
  ),
  learningRate: entry('training.learningRate', t`Learning rate`, ({ training }) =>
    showLearningRate(training.learningRate),
  ),
  batchSize: entry(
    'training.batchSize',
    t`Batch size`,
    ({ training }) => String(training.batchSize),
    ({ training }) => t`batch ${training.batchSize}`,
  ),
  microBatchSize: {
    ...entry(
      'training.microBatchSize',
      t`Micro-batch size`,
      ({ training: { microBatchSize, batchSize } }) =>
        microBatchSize === 'auto' || microBatchSize >= batchSize
          ? t`whole batch`
          : String(microBatchSize),
      ({ training }) => t`micro-batch ${training.microBatchSize}`,
    ),
    hint: t`For batches too large for memory. BatchNorm sees one micro-batch at a time.`,
  },
  precision: choice(
    'training.precision',
    t`Precision`,
    ({ training }) => training.precision,
    [
      ['single', t`single`],
      ['half', t`half, for activations`],
    ],
    (precision) => (precision === 'single' ? t`single precision` : t`half precision`),
  ),
  arithmetic: choice(
    'training.arithmetic',
    t`Arithmetic`,
    ({ training }) => training.arithmetic,
    [
      ['auto', t`automatic`],
      ['exact', t`exact`],
      ['fast', t`fast`],
    ],
    (_, name) => t`${name} arithmetic`,
  ),
  steps: entry(
    'training.steps',
    t`Steps`,
    ({ training }) => count(training.steps),
    ({ training }) => t`${count(training.steps)} steps`,
  ),
  seed: {
    ...entry('training.seed', t`Seed`, ({ training }) => String(training.seed)),
    hint: t`Same seed: same initial weights, same batches.`,
  },
  optimizer: choice(
    'training.optimizer.type',
    t`Optimizer`,
    ({ training }) => training.optimizer.type,
    [
      ['sgd', 'SGD'],
      ['adam', 'Adam'],
      ['adamw', 'AdamW'],
    ],
  ),
  momentum: entry('training.optimizer.momentum', t`Momentum`, ({ training }) =>
    String(training.optimizer.momentum),
  ),
  beta2: {
    ...entry(
      'training.optimizer.beta2',
      t`Adam’s β₂`,
      ({ training }) => String(adamSettings(training.optimizer).beta2),
      ({ training }) => `β₂ ${adamSettings(training.optimizer).beta2}`,
    ),
    hint: t`How long the mean of squared gradients remembers. The momentum is β₁.`,
  },
  epsilon: {
    ...entry(
      'training.optimizer.epsilon',
      t`Adam’s ε`,
      ({ training }) => String(adamSettings(training.optimizer).epsilon),
      ({ training }) => t`Adam’s ε ${adamSettings(training.optimizer).epsilon}`,
    ),
    hint: t`Added to the root of that mean.`,
  },
  nesterov: flag(
    'training.optimizer.nesterov',
    t`Nesterov momentum`,
    ({ training }) => training.optimizer.nesterov,
    'Nesterov',
    t`no Nesterov`,
  ),
  weightDecay: entry('training.optimizer.weightDecay', t`Weight decay`, ({ training }) =>
    String(training.optimizer.weightDecay),
  ),
  decayNormAndBias: flag(
    'training.decayNormAndBias',
    t`Decay BatchNorm and biases`,
    ({ training }) => training.decayNormAndBias ?? true,
    t`decay on everything`,
    t`no decay on BatchNorm and biases`,
  ),
  labelSmoothing: entry('training.labelSmoothing', t`Label smoothing`, ({ training }) =>
    String(training.labelSmoothing),
  ),
  crop: flag(
    'training.augment.crop',
    t`Random crops`,
    ({ training }) => training.augment.crop,
    t`crops`,
    t`no crops`,
  ),
  flip: flag(
    'training.augment.flip',
    t`Random flips`,
    ({ training }) => training.augment.flip,
    t`flips`,
    t`no flips`,
  ),
  source: choice<DataConfig['source']>(
    'data.source',
    t`Image source`,
    ({ data }) => data.source,
    SOURCES,
    (source, name) => (source === 'synthetic' ? t`synthetic images` : `${name}${t` images`}`),
  ),
  imagesSha256: entry(
    'data.imagesSha256',
    t`Own images`,
    ({ data }) => data.imagesSha256?.slice(0, 8) ?? t`none`,
    ({ data }) =>
      data.imagesSha256 === undefined ? null : t`images ${data.imagesSha256.slice(0, 8)}`,
  ),
  imageNormalization: {
    ...entry(
      'data.mean',
      t`Mean and standard deviation`,
      showNormalization,
      (config) => t`normalised by ${showNormalization(config)}`,
    ),
    hint: t`Pixels from 0 to 1, minus the mean, divided by the standard deviation.`,
  },
  train: entry(
    'data.train',
    t`Training images`,
    ({ data }) => count(data.train),
    ({ data }) => t`${count(data.train)} images`,
  ),
  test: entry(
    'data.test',
    t`Test images`,
    ({ data }) => count(data.test),
    ({ data }) => t`${count(data.test)} test images`,
  ),
} satisfies Readonly<Record<string, ConfigField>>;

/** The learning rate's schedule, which forms show apart from its base. */
export const SCHEDULE = {
  field: 'training.schedule',
  label: t`Schedule`,
  options: [
    ['constant', t`constant`],
    ['step', t`a tenth at ½ and ¾`],
    ['cosine', t`cosine`],
    ['linear', t`linear to zero`],
    ['oneCycle', t`1-cycle`],
  ],
} as const;

/** The steps of a schedule over which the rate rises first. */
export const WARM_UP = {
  field: 'training.learningRate.warmupSteps',
  label: t`Warm-up steps`,
} as const;

/** What each shortcut option does where the shape changes. */
export const PROJECTION_HINTS = {
  A: t`Zeros for new channels, no weights (§4.2).`,
  B: t`1×1 convolutions where the shape changes.`,
  C: t`1×1 convolutions in every block (table 3).`,
} as const;

/** The fields in which two configs differ, as they are shown. */
export function differingFields(a: RunConfig, b: RunConfig): readonly ConfigField[] {
  return Object.values<ConfigField>(CONFIG_FIELDS).filter(({ show }) => show(a) !== show(b));
}

/** How `config` differs from `base`: `['depth 56', 'no shortcuts']`. */
export function differences(config: RunConfig, base: RunConfig): string[] {
  return differingFields(config, base).flatMap(({ phrase }) => phrase(config, base) ?? []);
}

/** The first `most` phrases in one line, and how many more there are: `depth 56, no shortcuts and 3 more`. */
export function shortList(phrases: readonly string[], most: number): string {
  const left = phrases.length - most;
  const shown = inOneLine(phrases.slice(0, left === 1 ? most + 1 : most));
  return left > 1 ? t`${shown} and ${left} more` : shown;
}

/** Differences that a name can take. */
const MOST_IN_NAME = 2;

/** Fields that a network's name tells already: `Plain-56`. */
const NAMED: ReadonlySet<string> = new Set(['model.shortcuts', 'model.order']);

const isNamedDepth = ({ field }: ConfigField, { model }: RunConfig, base: RunConfig): boolean =>
  field === CONFIG_FIELDS.stageDepths.field && networkDepth(model) !== networkDepth(base.model);

/** `Plain-56`, with what its name does not tell: `Plain-56, learning rate 0.01`. */
export function describedName(network: string, config: RunConfig, base: RunConfig | null): string {
  if (base === null) return network;
  const untold = differingFields(config, base).flatMap((differing) => {
    if (NAMED.has(differing.field) || isNamedDepth(differing, config, base)) return [];
    return differing.phrase(config, base) ?? [];
  });
  return shortList([network, ...untold], 1 + MOST_IN_NAME);
}
