/** The fields of a run config in people's words, once: what forms and tables call a field, and how they show its value. */
import { hasStemPool } from '../model/builder.ts';
import { branchScaleStart } from '../model/branchScale.ts';
import type {
  DataConfig,
  ModelConfig,
  RunConfig,
  TestViews,
  TrainingConfig,
} from '../model/config.ts';
import { networkDepth } from '../model/networkName.ts';
import { adamSettings, isAdam } from '../model/optimizer.ts';
import { type Say, tc } from '../text/context.ts';
import { english, t } from '../text/t.ts';
import {
  count,
  dots,
  showLearningRate,
  showNormalization,
  sourcesIn,
  yesNo,
} from './configValues.ts';
import { type ConfigField, choice, entry, flag } from './fieldKinds.ts';

const isUsualPool = ({ stem, stemPool }: ModelConfig): boolean =>
  hasStemPool({ stem, stemPool }) === hasStemPool({ stem });

const rateFactor = (name: 'filterRate' | 'normAndBiasRate' | 'classifierRate', label: string) =>
  entry(
    `training.${name}`,
    label,
    ({ training }) => String(training[name] ?? 1),
    ({ training }) => `${label} ${training[name] ?? 1}`,
  );

/** The switch of the flips, which has a third position. */
export const flipsOf = ({ augment: { flip } }: Pick<TrainingConfig, 'augment'>) =>
  flip === 'alternating' ? flip : flip ? 'on' : 'off';

/** @param otherwise where the run does not train with Adam. */
const ofAdam =
  <T>(say: (settings: ReturnType<typeof adamSettings>) => string, otherwise: T) =>
  ({ training: { optimizer } }: RunConfig): string | T =>
    isAdam(optimizer) ? say(adamSettings(optimizer)) : otherwise;

const fieldsIn = (t: Say) =>
  ({
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
      ['normAfterAdd', t`BatchNorm after addition`],
      ['actBeforeAdd', t`activation before addition`],
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
    branchScale: choice(
      'model.branchScale',
      t`Branches multiplied`,
      ({ model }) => model.branchScale ?? 'none',
      [
        ['none', t`no`],
        ['constant', t`by a fixed number`],
        ['scalar', t`by a learnt number (SkipInit)`],
        ['channel', t`by one a channel (LayerScale)`],
      ],
      (kind) =>
        ({
          none: t`branches not multiplied`,
          constant: t`fixed branch factors`,
          scalar: 'SkipInit',
          channel: 'LayerScale',
        })[kind],
    ),
    branchScaleStart: entry(
      'model.branchScaleStart',
      t`Branch factor, at first`,
      ({ model }) => (model.branchScale === undefined ? '1' : String(branchScaleStart(model))),
      ({ model }) =>
        model.branchScale === undefined ? null : t`branch factor ${branchScaleStart(model)}`,
    ),
    shortcutScale: entry(
      'model.shortcutScale',
      t`Shortcuts multiplied by`,
      ({ model }) => String(model.shortcutScale ?? 1),
      ({ model }) => t`shortcuts × ${model.shortcutScale ?? 1}`,
    ),
    survival: {
      ...entry(
        'model.survival',
        t`Last block’s survival (stochastic depth)`,
        ({ model }) => String(model.survival ?? 1),
        ({ model }) => t`survival ${model.survival ?? 1}`,
      ),
      hint: t`Chance that its branch counts in a step; it falls in a line from 1 before the first block.`,
    },
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
        ({ model }) => (isUsualPool(model) ? t`as the stem` : yesNo(t, hasStemPool(model))),
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
        ['fixup', 'Fixup'],
      ],
      (_, name) => t`${name} init`,
    ),
    zeroInitResidual: flag(
      t,
      'model.zeroInitResidual',
      t`Branches start at zero (last BatchNorm 0)`,
      ({ model }) => model.zeroInitResidual,
      t`zero-init`,
      t`no zero-init`,
    ),
    diracInit: flag(
      t,
      'model.diracInit',
      t`Filters start as identities (Dirac)`,
      ({ model }) => model.diracInit ?? false,
      t`Dirac init`,
      t`no Dirac init`,
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
      showLearningRate(t, training.learningRate),
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
      hint: t`For batches too large for memory. BatchNorm sees one micro-batch at a time (Ghost BatchNorm).`,
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
        ['muon', 'Muon'],
      ],
    ),
    momentum: entry('training.optimizer.momentum', t`Momentum`, ({ training }) =>
      String(training.optimizer.momentum),
    ),
    beta2: {
      ...entry(
        'training.optimizer.beta2',
        t`Adam’s β₂`,
        ofAdam(({ beta2 }) => `${beta2}`, '–'),
        ofAdam(({ beta2 }) => `β₂ ${beta2}`, null),
      ),
      hint: t`How long the mean of squared gradients remembers. The momentum is β₁.`,
    },
    epsilon: {
      ...entry(
        'training.optimizer.epsilon',
        t`Adam’s ε`,
        ofAdam(({ epsilon }) => `${epsilon}`, '–'),
        ofAdam(({ epsilon }) => t`Adam’s ε ${epsilon}`, null),
      ),
      hint: t`Added to the root of that mean.`,
    },
    nesterov: flag(
      t,
      'training.optimizer.nesterov',
      t`Nesterov momentum`,
      ({ training }) => training.optimizer.nesterov,
      'Nesterov',
      t`no Nesterov`,
    ),
    weightDecay: entry('training.optimizer.weightDecay', t`Weight decay`, ({ training }) =>
      String(training.optimizer.weightDecay),
    ),
    filterRate: rateFactor('filterRate', t`Rate of filters ×`),
    normAndBiasRate: rateFactor('normAndBiasRate', t`Rate of BatchNorm and biases ×`),
    classifierRate: rateFactor('classifierRate', t`Rate of the classifier ×`),
    averageDecay: {
      ...entry(
        'training.averageDecay',
        t`Weight averaging (EMA)`,
        ({ training }) => String(training.averageDecay ?? 0),
        ({ training }) =>
          training.averageDecay
            ? t`weights averaged, ${training.averageDecay}`
            : t`weights not averaged`,
      ),
      hint: t`Decay of a moving average of the weights, such as 0.999. Tests and exports are of the average; training goes on without it. 0: none.`,
    },
    decayNormAndBias: flag(
      t,
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
      t,
      'training.augment.crop',
      t`Random crops`,
      ({ training }) => training.augment.crop,
      t`crops`,
      t`no crops`,
    ),
    flip: choice(
      'training.augment.flip',
      t`Flips`,
      ({ training }) => flipsOf(training),
      [
        ['on', t`random`],
        ['alternating', t`every second epoch`],
        ['off', t`none`],
      ],
      (flips) => (flips === 'on' ? t`flips` : flips === 'off' ? t`no flips` : t`alternating flips`),
    ),
    cutout: entry(
      'training.augment.cutout',
      t`Cutout, pixels`,
      ({ training }) => String(training.augment.cutout ?? 0),
      ({ training }) => t`cutout ${training.augment.cutout ?? 0}`,
    ),
    mixup: {
      ...entry(
        'training.mixup',
        t`Mixup`,
        ({ training }) => String(training.mixup ?? 0),
        ({ training }) => t`mixup ${training.mixup ?? 0}`,
      ),
      hint: t`α of the weights’ distribution, Beta(α, α); 0: none.`,
    },
    testViews: {
      ...choice<TestViews>(
        'training.testViews',
        t`Views at a test`,
        ({ training }) => training.testViews ?? 'one',
        [
          ['one', '1'],
          ['flip', t`2: and mirrored`],
          ['crops', t`6: and moved by a pixel`],
        ],
        (views) =>
          views === 'one' ? t`one view at a test` : t`${views === 'flip' ? 2 : 6} views at a test`,
      ),
      hint: t`Logits are averaged over them.`,
    },
    source: choice<DataConfig['source']>(
      'data.source',
      t`Image source`,
      ({ data }) => data.source,
      sourcesIn(t),
      (source, name) =>
        source === 'synthetic'
          ? t`synthetic images`
          : source === 'own'
            ? t`own images`
            : tc('set')`${name} images`,
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
        (config) => showNormalization(t, config),
        (config) => t`normalised by ${showNormalization(t, config)}`,
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
  }) satisfies Readonly<Record<string, ConfigField>>;

/** The fields, those that tell most about a run first. */
export const CONFIG_FIELDS = fieldsIn(t);

/** The same in English whatever the page's language is: for what leaves the page. */
export const englishFields = (): readonly ConfigField[] => Object.values(fieldsIn(english));

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
