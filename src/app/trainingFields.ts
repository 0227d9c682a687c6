/** The fields of a training in people's words. */
import type { RunConfig, TestViews, TrainingConfig } from '../model/config.ts';
import { adamSettings, isAdam } from '../model/optimizer.ts';
import type { Say } from '../text/context.ts';
import { count, showLearningRate } from './configValues.ts';
import { type ConfigField, choice, entry, flag } from './fieldKinds.ts';

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

export const trainingFieldsIn = (t: Say) =>
  ({
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
      hint: t`α of Beta(α, α), from which the share of each image is drawn; 0: none.`,
    },
    testViews: {
      ...choice<TestViews>(
        'training.testViews',
        t`Views at a test`,
        ({ training }) => training.testViews ?? 'one',
        [
          ['one', '1'],
          ['flip', t`2: also mirrored`],
          ['crops', t`6: both, also moved by a pixel`],
        ],
        (views) =>
          views === 'one' ? t`one view at a test` : t`${views === 'flip' ? 2 : 6} views at a test`,
      ),
      hint: t`Logits are averaged over them.`,
    },
  }) satisfies Readonly<Record<string, ConfigField>>;
