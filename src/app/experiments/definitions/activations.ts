/** ReLU against tanh and sigmoid, and what BatchNorm does for the sigmoid. */
import type { Arm, Experiment } from '../experiment.ts';
import { armOf, compareErrors, endText, firstToLast, short, stepsTo } from '../measure.ts';
import { configOf, depths } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';

const LEARNING_RATE = 0.02;
/** Measured in Small (docs/results.md). */
const SEED_SCATTER = 1.1;
const BLOCKS: Readonly<Record<ExperimentSize, number>> = { tiny: 1, small: 1, full: 1, paper: 1 };
const STEPS: Readonly<Record<ExperimentSize, number>> = {
  tiny: 4,
  small: 400,
  full: 4000,
  paper: 64_000,
};

function arms(size: ExperimentSize): Arm[] {
  const arm = (
    id: string,
    name: string,
    activation: 'relu' | 'tanh' | 'sigmoid',
    normalization: 'batch' | 'none',
  ): Arm => ({
    id,
    name,
    changes: [],
    config: configOf(
      size,
      { stageDepths: depths(size, BLOCKS[size]), shortcuts: false, activation, normalization },
      { steps: STEPS[size], learningRate: LEARNING_RATE },
    ),
  });
  return [
    arm('relu', 'ReLU', 'relu', 'none'),
    arm('tanh', 'tanh', 'tanh', 'none'),
    arm('sigmoid', 'sigmoid', 'sigmoid', 'none'),
    arm('sigmoid-batch', 'sigmoid, BatchNorm', 'sigmoid', 'batch'),
  ];
}

export const activations: Experiment = {
  id: 'activations',
  title: 'ReLU, tanh, sigmoid',
  question: t`Why did deep nets give up the sigmoid?`,
  lookFor: t`Plain nets of eight layers, without BatchNorm. The sigmoid’s slope is at most ¼, so every layer takes away most of the gradient: almost nothing reaches the first layers, and the net stays at the 90 % error of guessing. Tanh has slope 1 at 0, and ReLU has slope 1 wherever it is active; both learn. BatchNorm keeps the sigmoid’s inputs where its slope is largest, and the same net starts to learn.`,
  published: {
    quantity: 'Top-1 error',
    unit: '%',
    values: [
      { label: 'Inception, ReLU', value: 27.8, arm: 'relu' },
      { label: 'sigmoid', value: 99.9, note: t`guessing`, arm: 'sigmoid' },
      { label: 'sigmoid, BatchNorm', value: 30.2, arm: 'sigmoid-batch' },
    ],
    source: t`Ioffe & Szegedy 2015, “Batch Normalization”, §4.2.2 and fig. 3`,
    setting: t`ImageNet, 1,000 classes, Inception trained to the end. Tanh: in Krizhevsky et al. 2012, §3.1, a four-layer net reaches 25 % training error on CIFAR-10 six times faster with ReLU than with tanh, each at the best rate for it.`,
  },
  scale: {
    tiny: t`A few steps of minimal nets, just to check that everything runs.`,
    small: t`Plain-8, half as wide, images of 16×16, 400 steps at rate 0.02. Long enough to show the sigmoid stuck. With one rate for all, ReLU’s lead over tanh does not show: the two end alike.`,
    full: t`Plain-8 at the paper’s widths, 4,000 steps at rate 0.02.`,
    paper: t`Plain-8 at the paper’s widths, 64,000 steps at rate 0.02.`,
  },
  seedScatter: SEED_SCATTER,
  figure: { type: 'curves', quantity: 'error' },
  arms,
  own: (results) =>
    results.flatMap(({ arm, test }) => (test === null ? [] : [{ arm, value: test.error }])),
  verdict: (results) => {
    const of = (arm: string) => armOf(results, arm);
    const [relu, tanh, sigmoid, normed] = [
      of('relu'),
      of('tanh'),
      of('sigmoid'),
      of('sigmoid-batch'),
    ];
    const numbers = t`Training error at the end: ReLU ${endText(relu)}, tanh ${endText(tanh)}, sigmoid ${endText(sigmoid)}, sigmoid with BatchNorm ${endText(normed)}. First over last layer’s gradient norm: ${short(firstToLast(relu))}, ${short(firstToLast(tanh))}, ${short(firstToLast(sigmoid))}, ${short(firstToLast(normed))}.`;
    const vanishes =
      compareErrors(sigmoid.end, relu.end, SEED_SCATTER) === 'higher' &&
      compareErrors(sigmoid.end, normed.end, SEED_SCATTER) === 'higher';
    const [fast, slow] = [stepsTo(relu, 60), stepsTo(tanh, 60)];
    const race =
      fast !== null && (slow === null || slow > 1.5 * fast)
        ? slow === null
          ? t`ReLU is at 60 % error after ${fast} steps, tanh never.`
          : t`ReLU is at 60 % error after ${fast} steps, tanh after ${slow}.`
        : t`That ReLU learns faster than tanh, as Krizhevsky et al. found, is not shown at this size.`;
    return {
      agrees: vanishes,
      text: vanishes
        ? sentences(
            numbers,
            t`The sigmoid’s gradient vanishes and its net lags behind; with BatchNorm it learns, as published.`,
            race,
          )
        : sentences(
            numbers,
            t`At this size the sigmoid’s failure without BatchNorm does not show.`,
          ),
    };
  },
};
