/**
 * The fields of a run config in people's words, once: what forms and tables call a field, how its values are spelled,
 * and what a run is called after it.
 */
import { DATA_SOURCES } from '../data/dataSources.ts';
import { NORMALIZATIONS, nameOfNormalization } from '../data/normalization.ts';
import { hasStemPool } from '../model/builder.ts';
import type { DataConfig, LearningRate, ModelConfig, RunConfig } from '../model/config.ts';
import { networkDepth } from '../model/networkName.ts';

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
const yesNo = (on: boolean): string => (on ? 'yes' : 'no');
const dots = (values: readonly number[]): string => values.join('·');

/** `0.1`, `0.1 ÷10 at 32,000, 48,000, warm-up 400`, `0.1 cosine` */
export function showLearningRate(rate: LearningRate): string {
  if (typeof rate === 'number') return String(rate);
  const drops = rate.drops.length === 0 ? '' : ` ÷10 at ${rate.drops.map(count).join(', ')}`;
  const shape = rate.type === 'cosine' ? ' cosine' : drops;
  const warmUp = rate.warmupSteps === 0 ? '' : `, warm-up ${count(rate.warmupSteps)}`;
  return `${rate.base}${shape}${warmUp}`;
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
  off = `no ${on}`,
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
    name === null ? `${list(data.mean)} and ${list(data.std)}` : NORMALIZATIONS[name].title;
  return data.normalizationSource === 'assumed' ? `${numbers} (assumed)` : numbers;
}

const isUsualPool = ({ stem, stemPool }: ModelConfig): boolean =>
  hasStemPool({ stem, stemPool }) === hasStemPool({ stem });

/** The fields, those that tell most about a run first. */
export const CONFIG_FIELDS = {
  stageDepths: entry(
    'model.stageDepths',
    'Blocks per stage',
    ({ model }) => dots(model.stageDepths),
    ({ model }, base) =>
      networkDepth(model) === networkDepth(base.model)
        ? `blocks ${dots(model.stageDepths)}`
        : `depth ${networkDepth(model)}`,
  ),
  shortcuts: entry(
    'model.shortcuts',
    'Shortcuts',
    ({ model }) => (model.shortcuts ? 'on' : 'off'),
    ({ model }) => (model.shortcuts ? 'shortcuts' : 'no shortcuts'),
  ),
  cutShortcuts: entry(
    'model.cutShortcuts',
    'Cut shortcuts',
    ({ model }) => (model.cutShortcuts.length === 0 ? 'none' : model.cutShortcuts.join(', ')),
    ({ model }) => {
      const [first, ...others] = model.cutShortcuts;
      if (first === undefined) return 'no shortcut cut';
      return others.length === 0 ? `${first} cut` : `${others.length + 1} shortcuts cut`;
    },
  ),
  block: choice(
    'model.block',
    'Block',
    ({ model }) => model.block,
    [
      ['basic', 'basic: 3×3, 3×3'],
      ['bottleneck', 'bottleneck: 1×1, 3×3, 1×1'],
    ],
    (block) => `${block} blocks`,
  ),
  order: choice('model.order', 'Activation order', ({ model }) => model.order, [
    ['post', 'post-activation'],
    ['pre', 'pre-activation'],
  ]),
  projection: choice<ModelConfig['projection']>(
    'model.projection',
    'Shortcut option',
    ({ model }) => model.projection,
    [
      ['A', 'A'],
      ['B', 'B'],
      ['C', 'C'],
    ],
    (option) => `option ${option}`,
  ),
  paddingA: {
    ...choice(
      'model.paddingA',
      'Option A’s zeros',
      ({ model }) => model.paddingA,
      [
        ['both', 'on both sides'],
        ['end', 'at the end'],
      ],
      (side) => (side === 'end' ? 'zeros at the end' : 'zeros on both sides'),
    ),
    hint: 'Where the channels of zeros go. Programs differ; the paper does not say.',
  },
  preProjection: {
    ...choice(
      'model.preProjection',
      'Pre-activation projections read',
      ({ model }) => model.preProjection,
      [
        ['raw', 'the block’s input'],
        ['activated', 'what the first convolution reads'],
      ],
      (input) => `projections from the ${input} input`,
    ),
    hint: 'With options B and C: before or after the block’s first BatchNorm and activation.',
  },
  bottleneckStride: {
    ...choice(
      'model.bottleneckStride',
      'Bottleneck’s stride',
      ({ model }) => model.bottleneckStride,
      [
        ['3x3', 'on the 3×3 (torchvision)'],
        ['1x1', 'on the first 1×1 (the paper)'],
      ],
      (at) => `stride on the ${at === '3x3' ? '3×3' : '1×1'}`,
    ),
    hint: 'Which convolution of a stage’s first block has the stride of 2.',
  },
  normalization: choice(
    'model.normalization',
    'Normalisation',
    ({ model }) => model.normalization,
    [
      ['batch', 'BatchNorm'],
      ['none', 'none'],
    ],
    (kind, name) => (kind === 'none' ? 'no BatchNorm' : name),
  ),
  batchNormEps: {
    ...entry(
      'model.batchNormEps',
      'BatchNorm’s ε',
      ({ model }) => String(model.batchNormEps),
      ({ model }) => `ε ${model.batchNormEps}`,
    ),
    hint: 'Added to the variance: 0.00001 in PyTorch, 0.001 in Keras.',
  },
  activation: choice('model.activation', 'Activation', ({ model }) => model.activation, [
    ['relu', 'ReLU'],
    ['tanh', 'tanh'],
    ['sigmoid', 'sigmoid'],
  ]),
  stageWidths: entry(
    'model.stageWidths',
    'Channels per stage',
    ({ model }) => dots(model.stageWidths),
    ({ model }) => `widths ${dots(model.stageWidths)}`,
  ),
  stem: choice(
    'model.stem',
    'Stem',
    ({ model }) => model.stem,
    [
      ['cifar', '3×3'],
      ['imagenet', '7×7, stride 2, max-pool'],
    ],
    (stem) => (stem === 'cifar' ? '3×3 stem' : '7×7 stem'),
  ),
  stemPool: {
    ...entry(
      'model.stemPool',
      'Max-pool after the stem',
      ({ model }) => (isUsualPool(model) ? 'as the stem' : yesNo(hasStemPool(model))),
      ({ model }) => {
        if (isUsualPool(model)) return null;
        return hasStemPool(model) ? 'max-pool' : 'no max-pool';
      },
    ),
    hint: 'A 3×3 window with stride 2, as ImageNet’s stem has it.',
  },
  stemWidth: entry(
    'model.stemWidth',
    'Stem channels',
    ({ model }) => String(model.stemWidth ?? model.stageWidths[0] ?? ''),
    ({ model }, base) =>
      model.stemWidth === base.model.stemWidth ? null : `stem width ${model.stemWidth ?? 'as 1st'}`,
  ),
  init: choice(
    'model.init',
    'Initial weights',
    ({ model }) => model.init,
    [
      ['he', 'He'],
      ['glorot', 'Glorot'],
    ],
    (_, name) => `${name} init`,
  ),
  zeroInitResidual: flag(
    'model.zeroInitResidual',
    'Branches start at zero (last BatchNorm 0)',
    ({ model }) => model.zeroInitResidual,
    'zero-init',
  ),
  dropout: entry(
    'model.dropout',
    'Dropout before the classifier',
    ({ model }) => String(model.dropout),
    ({ model }) => `dropout ${model.dropout}`,
  ),
  classes: entry('model.classes', 'Classes', ({ model }) => String(model.classes)),
  inputSize: entry(
    'model.inputSize',
    'Image size',
    ({ model }) => `${model.inputSize}×${model.inputSize}`,
    ({ model }) => `${model.inputSize}×${model.inputSize} pixels`,
  ),
  learningRate: entry('training.learningRate', 'Learning rate', ({ training }) =>
    showLearningRate(training.learningRate),
  ),
  batchSize: entry(
    'training.batchSize',
    'Batch size',
    ({ training }) => String(training.batchSize),
    ({ training }) => `batch ${training.batchSize}`,
  ),
  microBatchSize: {
    ...entry(
      'training.microBatchSize',
      'Micro-batch size',
      ({ training: { microBatchSize, batchSize } }) =>
        microBatchSize === 'auto' || microBatchSize >= batchSize
          ? 'whole batch'
          : String(microBatchSize),
      ({ training }) => `micro-batch ${training.microBatchSize}`,
    ),
    hint: 'For batches too large for memory. BatchNorm sees one micro-batch at a time.',
  },
  precision: choice(
    'training.precision',
    'Precision',
    ({ training }) => training.precision,
    [
      ['single', 'single'],
      ['half', 'half, for activations'],
    ],
    (precision) => `${precision} precision`,
  ),
  arithmetic: choice(
    'training.arithmetic',
    'Arithmetic',
    ({ training }) => training.arithmetic,
    [
      ['auto', 'automatic'],
      ['exact', 'exact'],
      ['fast', 'fast'],
    ],
    (_, name) => `${name} arithmetic`,
  ),
  steps: entry(
    'training.steps',
    'Steps',
    ({ training }) => count(training.steps),
    ({ training }) => `${count(training.steps)} steps`,
  ),
  seed: {
    ...entry('training.seed', 'Seed', ({ training }) => String(training.seed)),
    hint: 'Same seed: same initial weights, same batches.',
  },
  momentum: entry('training.optimizer.momentum', 'Momentum', ({ training }) =>
    String(training.optimizer.momentum),
  ),
  nesterov: flag(
    'training.optimizer.nesterov',
    'Nesterov momentum',
    ({ training }) => training.optimizer.nesterov,
    'Nesterov',
  ),
  weightDecay: entry('training.optimizer.weightDecay', 'Weight decay', ({ training }) =>
    String(training.optimizer.weightDecay),
  ),
  labelSmoothing: entry('training.labelSmoothing', 'Label smoothing', ({ training }) =>
    String(training.labelSmoothing),
  ),
  crop: flag(
    'training.augment.crop',
    'Random crops',
    ({ training }) => training.augment.crop,
    'crops',
  ),
  flip: flag(
    'training.augment.flip',
    'Random flips',
    ({ training }) => training.augment.flip,
    'flips',
  ),
  source: choice<DataConfig['source']>(
    'data.source',
    'Image source',
    ({ data }) => data.source,
    SOURCES,
    (source, name) => `${source === 'synthetic' ? source : name} images`,
  ),
  imagesSha256: entry(
    'data.imagesSha256',
    'Own images',
    ({ data }) => data.imagesSha256?.slice(0, 8) ?? 'none',
    ({ data }) =>
      data.imagesSha256 === undefined ? null : `images ${data.imagesSha256.slice(0, 8)}`,
  ),
  imageNormalization: {
    ...entry(
      'data.mean',
      'Mean and standard deviation',
      showNormalization,
      (config) => `normalised by ${showNormalization(config)}`,
    ),
    hint: 'Pixels from 0 to 1, minus the mean, divided by the standard deviation.',
  },
  train: entry(
    'data.train',
    'Training images',
    ({ data }) => count(data.train),
    ({ data }) => `${count(data.train)} images`,
  ),
  test: entry(
    'data.test',
    'Test images',
    ({ data }) => count(data.test),
    ({ data }) => `${count(data.test)} test images`,
  ),
} satisfies Readonly<Record<string, ConfigField>>;

/** The learning rate's schedule, which forms show apart from its base. */
export const SCHEDULE = {
  field: 'training.schedule',
  label: 'Schedule',
  options: [
    ['constant', 'constant'],
    ['step', 'a tenth at ½ and ¾'],
    ['cosine', 'cosine'],
  ],
} as const;

/** What each shortcut option does where the shape changes. */
export const PROJECTION_HINTS = {
  A: 'Zeros for new channels, no weights (§4.2).',
  B: '1×1 convolutions where the shape changes.',
  C: '1×1 convolutions in every block (table 3).',
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
  const shown = phrases.slice(0, left === 1 ? most + 1 : most).join(', ');
  return left > 1 ? `${shown} and ${left} more` : shown;
}

/** Differences that a name can take. */
const MOST_IN_NAME = 2;

/** Fields that a network's name tells already: `Plain-56`. */
const NAMED: ReadonlySet<string> = new Set(['model.shortcuts', 'model.order']);

/** `Plain-56`, with what its name does not tell: `Plain-56, learning rate 0.01`. */
export function describedName(network: string, config: RunConfig, base: RunConfig | null): string {
  if (base === null) return network;
  const untold = differingFields(config, base).flatMap((differing) => {
    if (NAMED.has(differing.field)) return [];
    const phrase = differing.phrase(config, base);
    return phrase === null || phrase.startsWith('depth ') ? [] : [phrase];
  });
  return shortList([network, ...untold], 1 + MOST_IN_NAME);
}
