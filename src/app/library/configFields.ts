/** The fields of a run config in people's words: what two configs differ in, and what a run is called after that. */
import type { LearningRate, RunConfig } from '../../model/config.ts';
import { networkDepth } from '../../model/networkName.ts';

export interface ConfigField {
  /** `training.batchSize` */
  readonly field: string;
  readonly label: string;
  /** The value in a table. */
  show(config: RunConfig): string;
  /** The value in a run's name; null: it goes without saying. */
  phrase(config: RunConfig, base: RunConfig): string | null;
}

const counts = new Intl.NumberFormat('en-US');
const count = (n: number): string => counts.format(n);
const yesNo = (on: boolean): string => (on ? 'yes' : 'no');
const dots = (values: readonly number[]): string => values.join('·');
const STEMS = { cifar: '3×3', imagenet: '7×7 and max-pool' } as const;
const ORDERS = { post: 'after the convolution', pre: 'before the convolution' } as const;
const SOURCES = { cifar10: 'CIFAR-10', synthetic: 'synthetic', own: 'own' } as const;

/** `0.1`, `0.1 ÷10 at 32,000, 48,000, warm-up 400`, `0.1 cosine` */
export function showLearningRate(rate: LearningRate): string {
  if (typeof rate === 'number') return String(rate);
  const drops = rate.drops.length === 0 ? '' : ` ÷10 at ${rate.drops.map(count).join(', ')}`;
  const shape = rate.type === 'cosine' ? ' cosine' : drops;
  const warmUp = rate.warmupSteps === 0 ? '' : `, warm-up ${count(rate.warmupSteps)}`;
  return `${rate.base}${shape}${warmUp}`;
}

const field = (
  path: string,
  label: string,
  show: (config: RunConfig) => string,
  phrase: ConfigField['phrase'] = (config) => `${label.toLowerCase()} ${show(config)}`,
): ConfigField => ({ field: path, label, show, phrase });

/** In the order in which they tell most. */
export const CONFIG_FIELDS: readonly ConfigField[] = [
  field(
    'model.stageDepths',
    'Blocks per stage',
    ({ model }) => dots(model.stageDepths),
    ({ model }, base) =>
      networkDepth(model) === networkDepth(base.model)
        ? `blocks ${dots(model.stageDepths)}`
        : `depth ${networkDepth(model)}`,
  ),
  field(
    'model.shortcuts',
    'Shortcuts',
    ({ model }) => (model.shortcuts ? 'on' : 'off'),
    ({ model }) => (model.shortcuts ? 'shortcuts' : 'no shortcuts'),
  ),
  field(
    'model.cutShortcuts',
    'Shortcuts cut',
    ({ model }) => (model.cutShortcuts.length === 0 ? 'none' : model.cutShortcuts.join(', ')),
    ({ model }) => {
      const [first, ...others] = model.cutShortcuts;
      if (first === undefined) return 'no shortcut cut';
      return others.length === 0 ? `${first} cut` : `${others.length + 1} shortcuts cut`;
    },
  ),
  field(
    'model.block',
    'Block',
    ({ model }) => model.block,
    ({ model }) => `${model.block} blocks`,
  ),
  field(
    'model.order',
    'Activation and BatchNorm',
    ({ model }) => ORDERS[model.order],
    ({ model }) => (model.order === 'pre' ? 'pre-activation' : 'post-activation'),
  ),
  field(
    'model.projection',
    'Shortcut option',
    ({ model }) => model.projection,
    ({ model }) => `option ${model.projection}`,
  ),
  field(
    'model.normalization',
    'Normalization',
    ({ model }) => (model.normalization === 'batch' ? 'BatchNorm' : 'none'),
    ({ model }) => (model.normalization === 'batch' ? 'BatchNorm' : 'no BatchNorm'),
  ),
  field(
    'model.activation',
    'Activation',
    ({ model }) => model.activation,
    ({ model }) => model.activation,
  ),
  field(
    'model.stageWidths',
    'Channels per stage',
    ({ model }) => dots(model.stageWidths),
    ({ model }) => `widths ${dots(model.stageWidths)}`,
  ),
  field(
    'model.stem',
    'Stem',
    ({ model }) => STEMS[model.stem],
    ({ model }) => `${STEMS[model.stem]} stem`,
  ),
  field(
    'model.stemWidth',
    'Stem channels',
    ({ model }) => String(model.stemWidth ?? model.stageWidths[0] ?? ''),
    ({ model }, base) =>
      model.stemWidth === base.model.stemWidth ? null : `stem width ${model.stemWidth ?? 'as 1st'}`,
  ),
  field(
    'model.init',
    'Initial weights',
    ({ model }) => (model.init === 'he' ? 'He' : 'Glorot'),
    ({ model }) => `${model.init === 'he' ? 'He' : 'Glorot'} init`,
  ),
  field(
    'model.zeroInitResidual',
    'Last BatchNorm of a branch starts at 0',
    ({ model }) => yesNo(model.zeroInitResidual),
    ({ model }) => (model.zeroInitResidual ? 'zero-init' : 'no zero-init'),
  ),
  field('model.dropout', 'Dropout', ({ model }) => String(model.dropout)),
  field('model.classes', 'Classes', ({ model }) => String(model.classes)),
  field(
    'model.inputSize',
    'Image size',
    ({ model }) => `${model.inputSize}×${model.inputSize}`,
    ({ model }) => `${model.inputSize}×${model.inputSize} pixels`,
  ),
  field('training.learningRate', 'Learning rate', ({ training }) =>
    showLearningRate(training.learningRate),
  ),
  field(
    'training.batchSize',
    'Batch size',
    ({ training }) => String(training.batchSize),
    ({ training }) => `batch ${training.batchSize}`,
  ),
  field(
    'training.microBatchSize',
    'Micro-batch size',
    ({ training: { microBatchSize, batchSize } }) =>
      microBatchSize === 'auto' || microBatchSize >= batchSize
        ? 'whole batch'
        : String(microBatchSize),
    ({ training }) => `micro-batch ${training.microBatchSize}`,
  ),
  field(
    'training.precision',
    'Precision',
    ({ training }) => training.precision,
    ({ training }) => `${training.precision} precision`,
  ),
  field(
    'training.steps',
    'Steps',
    ({ training }) => count(training.steps),
    ({ training }) => `${count(training.steps)} steps`,
  ),
  field('training.seed', 'Seed', ({ training }) => String(training.seed)),
  field('training.optimizer.momentum', 'Momentum', ({ training }) =>
    String(training.optimizer.momentum),
  ),
  field(
    'training.optimizer.nesterov',
    'Nesterov momentum',
    ({ training }) => yesNo(training.optimizer.nesterov),
    ({ training }) => (training.optimizer.nesterov ? 'Nesterov' : 'no Nesterov'),
  ),
  field('training.optimizer.weightDecay', 'Weight decay', ({ training }) =>
    String(training.optimizer.weightDecay),
  ),
  field('training.labelSmoothing', 'Label smoothing', ({ training }) =>
    String(training.labelSmoothing),
  ),
  field(
    'training.augment.crop',
    'Random crops',
    ({ training }) => yesNo(training.augment.crop),
    ({ training }) => (training.augment.crop ? 'crops' : 'no crops'),
  ),
  field(
    'training.augment.flip',
    'Random flips',
    ({ training }) => yesNo(training.augment.flip),
    ({ training }) => (training.augment.flip ? 'flips' : 'no flips'),
  ),
  field(
    'data.source',
    'Images',
    ({ data }) => SOURCES[data.source],
    ({ data }) => `${SOURCES[data.source]} images`,
  ),
  field(
    'data.train',
    'Training images',
    ({ data }) => count(data.train),
    ({ data }) => `${count(data.train)} images`,
  ),
  field(
    'data.test',
    'Test images',
    ({ data }) => count(data.test),
    ({ data }) => `${count(data.test)} test images`,
  ),
];

/** The fields in which two configs differ, as they are shown. */
export function differingFields(a: RunConfig, b: RunConfig): readonly ConfigField[] {
  return CONFIG_FIELDS.filter(({ show }) => show(a) !== show(b));
}

/** What tells `config` from `base`: `['depth 56', 'no shortcuts']`. */
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
