/** `train.py`: plain PyTorch, written for one config, that continues where the page stopped. */
import { branchScaleStart, gateBias } from '../../model/branchScale.ts';
import type { RunConfig } from '../../model/config.ts';
import type { LayerGraph } from '../../model/graph.ts';
import { convolutionsIn, lastInBranch } from '../../model/initialize.ts';
import { networkName } from '../../model/networkName.ts';
import { adamSettings, isAdam, type OptimizerConfig } from '../../model/optimizer.ts';
import { ASSUMED_REMARK, knownNormalization } from '../exportModel.ts';
import { type Flags, flagsOf } from './flags.ts';
import { fragment } from './fragment.ts';
import { float } from './float.ts';
import { className, modelSource } from './modelSource.ts';
import type { Continuation } from './origin.ts';
import elementary from './python/elementary.py?raw';
import head from './python/head.py?raw';
import images from './python/images.py?raw';
import initial from './python/initial.py?raw';
import muon from './python/muon.py?raw';
import processes from './python/processes.py?raw';
import random from './python/random.py?raw';
import schedule from './python/schedule.py?raw';
import training from './python/training.py?raw';

/** What weight decay acts on. */
export const decayedWords = ({ decayNormAndBias = true }: RunConfig['training']): string =>
  decayNormAndBias
    ? 'every parameter'
    : 'weights alone, not on biases, normalization and branch factors';

/** PyTorch's classes, and one of the script itself. */
export const OPTIMIZERS = { sgd: 'SGD', adam: 'Adam', adamw: 'AdamW', muon: 'Muon' } as const;

/** The script's text. It needs `config.json` and, unless started from scratch, `checkpoint.pth` beside it. */
export function trainScript(continuation: Continuation): string {
  const { config, graph } = continuation;
  const flags = flagsOf(config, continuation.images);
  const names = namesOf(continuation, flags);
  const part = (source: string) => fragment(source, flags, names);
  return [
    part(head),
    `${constants(continuation, flags).join('\n')}\n\n\n`,
    part(random).trimEnd(),
    `\n\n\n${modelSource(graph)}\n\n`,
    part(elementary),
    part(initial),
    part(schedule),
    part(images),
    part(processes),
    ...(config.training.optimizer.type === 'muon' ? [muon] : []),
    part(training),
  ].join('');
}

/** In the words of a docstring. */
const INITIALIZATIONS = {
  he: 'He et al. 2015',
  glorot: 'Glorot and Bengio 2010',
  fixup: 'Fixup (Zhang et al. 2019)',
} as const;

/** What Fixup asks of the blocks: how many have a shortcut, which have none, and which convolution is their last. */
function fixupNames({ model, blocks }: LayerGraph) {
  const cut = blocks.filter(({ shortcut }) => shortcut === 'cut').map(({ name }) => `"${name}"`);
  const root = `math.sqrt(${blocks.length - cut.length})`;
  return {
    SHARE: `1 / ${model.block === 'bottleneck' ? `math.sqrt(${root})` : root}`,
    CUT: cut.length === 1 ? `(${cut[0]},)` : `(${cut.join(', ')})`,
    LAST: `${convolutionsIn(model)}`,
  };
}

function namesOf(
  { config, graph, step }: Continuation,
  { crop, flip, alternating, augments }: Flags,
) {
  const { model, training } = config;
  const name = networkName(model);
  return {
    TITLE: `Continues training ${name} of Residual Playground from step ${step} of ${training.steps}.`,
    MODEL: className(model),
    AUGMENTATIONS: [
      ...(crop ? ['random crop'] : []),
      ...(flip ? [`${alternating ? 'alternating' : 'random'} flip`] : []),
    ].join(' and '),
    ALIKE: augments ? ', with the same augmentation' : '',
    INITIALIZATION: INITIALIZATIONS[model.init],
    SCALESTART: float(branchScaleStart(model)),
    GATEBIAS: float(gateBias(model)),
    ...fixupNames(graph),
    OPTIMIZER: `${training.optimizer.type === 'muon' ? '' : 'torch.optim.'}${OPTIMIZERS[training.optimizer.type]}`,
    ZEROED: `.${lastInBranch(model)}.weight`,
  };
}

function constants({ config, trainImages }: Continuation, { split }: Flags): string[] {
  const { model, training, data } = config;
  const { mixup = 0, augment } = training;
  const { cutout = 0 } = augment;
  const isKnown = knownNormalization(data) !== null;
  const { optimizer, averageDecay } = training;
  return [
    `SEED = ${training.seed}`,
    `STEPS = ${training.steps}`,
    `BATCH_SIZE = ${training.batchSize}  # of all GPUs together`,
    ...(split ? [`MICRO_BATCH_SIZE = ${training.microBatchSize}  # of one GPU, at a time`] : []),
    ...scheduleConstants(config),
    ...optimizerConstants(optimizer),
    `WEIGHT_DECAY = ${optimizer.weightDecay}  # on ${decayedWords(training)}`,
    ...rateConstants(training),
    ...(averageDecay === undefined ? [] : [`AVERAGE_DECAY = ${averageDecay}`]),
    `LABEL_SMOOTHING = ${float(training.labelSmoothing)}`,
    ...(mixup > 0
      ? [`MIXUP = ${float(mixup)}  # both parameters of the weights' beta distribution`]
      : []),
    ...(model.dropout > 0 ? [`DROPOUT = ${model.dropout}`] : []),
    `INPUT_SIZE = ${model.inputSize}  # pixels, height and width`,
    `MEAN, STD = (${data.mean.join(', ')}), (${data.std.join(', ')})  # red, green, blue${isKnown ? '' : `; ${ASSUMED_REMARK}`}`,
    ...(cutout > 0 ? [`CUTOUT = ${cutout}  # pixels, height and width`] : []),
    `TRAIN_IMAGES = ${trainImages}`,
  ];
}

function optimizerConstants(optimizer: OptimizerConfig): string[] {
  if (!isAdam(optimizer)) {
    const { momentum, nesterov } = optimizer;
    return [`MOMENTUM = ${momentum}`, `NESTEROV = ${nesterov ? 'True' : 'False'}`];
  }
  const { beta1, beta2, epsilon } = adamSettings(optimizer);
  // PyTorch takes no integer beside a float.
  return [`BETA1, BETA2, EPSILON = ${[beta1, beta2, epsilon].map(float).join(', ')}`];
}

function rateConstants(training: RunConfig['training']): string[] {
  const { filterRate = 1, normAndBiasRate = 1, classifierRate = 1 } = training;
  const rates = [filterRate, normAndBiasRate, classifierRate];
  if (rates.every((rate) => rate === 1)) return [];
  const values = rates.map(float).join(', ');
  return [
    `FILTER_RATE, NORM_AND_BIAS_RATE, CLASSIFIER_RATE = ${values}  # times the learning rate`,
  ];
}

function scheduleConstants({ training }: RunConfig): string[] {
  const { learningRate } = training;
  if (typeof learningRate === 'number') return [`LEARNING_RATE = ${float(learningRate)}`];
  const { type, base, warmupSteps, drops } = learningRate;
  return [
    `LEARNING_RATE = ${float(base)}`,
    ...(warmupSteps > 0 ? [`WARMUP_STEPS = ${warmupSteps}`] : []),
    ...(type === 'step' ? [`DROPS = [${drops.join(', ')}]  # steps`] : []),
  ];
}
