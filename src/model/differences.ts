/** What two configs do not share, in words. */
import { stemWidth } from './builder.ts';
import type { LearningRate, RunConfig, ScheduledChange } from './config.ts';
import { networkDepth } from './networkName.ts';

const formatCount = (n: number): string => n.toLocaleString('en-US');

function describeDepth({ model }: RunConfig): string {
  const { stageDepths } = model;
  const even = stageDepths.every((depth) => depth === stageDepths[0]);
  const stages = even ? '' : `, stages ${stageDepths.join('-')}`;
  return `depth ${networkDepth(model)}${stages}`;
}

function describeShortcuts({ model }: RunConfig): string {
  if (!model.shortcuts) return 'no shortcuts';
  return model.cutShortcuts.length === 0
    ? 'all shortcuts'
    : `cut at ${[...model.cutShortcuts].sort().join(', ')}`;
}

function describeStemWidth({ model }: RunConfig): string {
  const width = stemWidth(model);
  return width === model.stageWidths[0] ? 'stem as wide as stage 1' : `stem width ${width}`;
}

function describeRate(rate: LearningRate): string {
  if (typeof rate === 'number') return `learning rate ${rate}`;
  const shape =
    rate.type === 'cosine' ? 'cosine' : `drops at ${rate.drops.map(formatCount).join(', ')}`;
  const warmup = rate.warmupSteps > 0 ? `, ${formatCount(rate.warmupSteps)} warm-up steps` : '';
  return `learning rate ${rate.base}, ${shape}${warmup}`;
}

/** `shortcuts off at step 500` */
function describeChange({ step, change }: ScheduledChange): string {
  const at = ` at step ${formatCount(step)}`;
  switch (change.kind) {
    case 'learningRate':
      return `learning rate ${change.learningRate}${at}`;
    case 'shortcuts':
      return `shortcuts ${change.on ? 'on' : 'off'}${at}`;
    case 'blockShortcut':
      return `${change.block} shortcut ${change.on ? 'on' : 'cut'}${at}`;
    default:
      return change satisfies never;
  }
}

const SOURCES = { cifar10: 'CIFAR-10', synthetic: 'synthetic images', own: 'own images' } as const;
const INITS = { he: 'He init', glorot: 'Glorot init' } as const;

/** Every respect in which runs can differ, the most telling first. */
const ASPECTS: readonly ((config: RunConfig) => string)[] = [
  describeDepth,
  describeShortcuts,
  ({ model }) => `option ${model.projection}`,
  ({ model }) => `${model.block} blocks`,
  ({ model }) => `${model.order}-activation`,
  ({ model }) => `widths ${model.stageWidths.join('-')}`,
  ({ model }) => (model.stem === 'imagenet' ? 'ImageNet stem' : 'CIFAR stem'),
  describeStemWidth,
  ({ model }) => (model.normalization === 'batch' ? 'BatchNorm' : 'no BatchNorm'),
  ({ model }) => model.activation,
  ({ model }) => INITS[model.init],
  ({ model }) => (model.zeroInitResidual ? 'branches start at zero' : 'branches start at random'),
  ({ model }) => (model.dropout > 0 ? `dropout ${model.dropout}` : 'no dropout'),
  ({ model }) => `${model.classes} classes`,
  ({ model }) => `${model.inputSize}×${model.inputSize} images`,
  ({ training }) => describeRate(training.learningRate),
  ({ training: { changes = [] } }) =>
    changes.length === 0 ? 'no changes in mid-run' : changes.map(describeChange).join(', '),
  ({ training }) => `batch ${training.batchSize}`,
  ({ training }) => `${training.precision} precision`,
  ({ training }) => `momentum ${training.optimizer.momentum}`,
  ({ training }) => (training.optimizer.nesterov ? 'Nesterov' : 'no Nesterov'),
  ({ training }) => `weight decay ${training.optimizer.weightDecay}`,
  ({ training }) => `label smoothing ${training.labelSmoothing}`,
  ({ training }) => (training.augment.crop ? 'random crop' : 'no crop'),
  ({ training }) => (training.augment.flip ? 'random flip' : 'no flip'),
  ({ training }) => `${formatCount(training.steps)} steps`,
  ({ training }) => `seed ${training.seed}`,
  ({ data }) => SOURCES[data.source],
  ({ data }) => `${formatCount(data.train)} training images`,
  ({ data }) => `${formatCount(data.test)} test images`,
];

/** How `a` differs from `b`, in `a`'s words: `['depth 56', 'no shortcuts']`. Empty if they train alike. */
export function differences(a: RunConfig, b: RunConfig): string[] {
  return ASPECTS.flatMap((describe) => {
    const text = describe(a);
    return text === describe(b) ? [] : [text];
  });
}
