/** The flags that choose between the alternatives of the Python fragments. */
import { learnsScale } from '../../model/branchScale.ts';
import type { RunConfig } from '../../model/config.ts';
import { isAdam } from '../../model/optimizer.ts';
import { hasShortcuts } from '../../model/shortcuts.ts';
import type { ScriptImages } from './origin.ts';

/** Height and width of CIFAR-10's images. */
const IMAGE_SIZE = 32;

export type Flags = ReturnType<typeof flagsOf>;

export function flagsOf({ model, training }: RunConfig, images: ScriptImages) {
  const { crop, flip, cutout = 0 } = training.augment;
  const { learningRate, batchSize, microBatchSize, mixup = 0 } = training;
  const { filterRate = 1, normAndBiasRate = 1, classifierRate = 1 } = training;
  const hasRates = [filterRate, normAndBiasRate, classifierRate].some((rate) => rate !== 1);
  const schedule = typeof learningRate === 'number' ? 'constant' : learningRate.type;
  return {
    augment: crop || flip !== false,
    augments: crop || flip !== false || cutout > 0,
    crop,
    flip: flip !== false,
    alternating: flip === 'alternating',
    cutout: cutout > 0,
    mixup: mixup > 0,
    split: microBatchSize !== 'auto' && microBatchSize < batchSize,
    views: training.testViews !== undefined && training.testViews !== 'one',
    crops: training.testViews === 'crops',
    small: model.inputSize < IMAGE_SIZE,
    divides: IMAGE_SIZE % model.inputSize === 0,
    cifar10: images.kind === 'cifar10',
    batch: model.normalization === 'batch',
    dropout: model.dropout > 0 || (hasShortcuts(model) && (model.shortcutDropout ?? 0) > 0),
    gated: model.shortcuts && model.shortcutGate !== undefined,
    he: model.init !== 'glorot',
    fixup: model.init === 'fixup' && hasShortcuts(model),
    learnt: model.shortcuts && learnsScale(model),
    survives: hasShortcuts(model) && (model.survival ?? 1) < 1,
    glorot: model.init === 'glorot',
    relu: model.activation === 'relu',
    zeroed: model.zeroInitResidual,
    dirac: model.diracInit === true,
    whitened: model.whitening === true,
    average: training.averageDecay !== undefined,
    sgd: !isAdam(training.optimizer),
    groups: training.decayNormAndBias === false || hasRates || model.whitening === true,
    decayAll: training.decayNormAndBias !== false,
    factors: hasRates,
    constant: schedule === 'constant',
    step: schedule === 'step',
    cosine: schedule === 'cosine',
    linear: schedule === 'linear',
    oneCycle: schedule === 'oneCycle',
    falls: schedule === 'cosine' || schedule === 'linear',
    warmup: typeof learningRate !== 'number' && learningRate.warmupSteps > 0,
  };
}
