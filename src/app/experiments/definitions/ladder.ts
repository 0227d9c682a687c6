/** One recipe after another on the same small net and the same images, beside the published ladder of airbench94. */
import type { RunConfigInput } from '../../../model/config.ts';
import { PUBLISHED_LADDER } from '../../publishedEpochs.ts';
import type { ArmResult } from '../armResult.ts';
import type { Arm, Experiment } from '../experiment.ts';
import { chanceOf, percent } from '../measure.ts';
import { configOf } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';

/** Standard deviation of a rung's test error from seed to seed, measured in Small (docs/results.md). */
const SEED_SCATTER = 1.6;

type TrainingInput = NonNullable<RunConfigInput['training']>;

interface Rung {
  readonly id: string;
  /** What the rung adds; the arm's name. */
  readonly name: string;
  /** Given what the rungs below set, where it keeps a part of that. */
  readonly training?: TrainingInput | ((below: TrainingInput) => TrainingInput);
  readonly model?: NonNullable<RunConfigInput['model']>;
}

const SGD = { momentum: 0.9, weightDecay: 5e-4 } as const;

/** From the bottom. Each keeps what those below it set, field by field; none may change the batches. */
const RUNGS: readonly Rung[] = [
  { id: 'constant', name: 'Constant rate', training: { learningRate: 0.1, optimizer: SGD } },
  { id: 'linear', name: '+ linear to zero', training: { learningRate: { type: 'linear' } } },
  {
    id: 'one-cycle',
    name: '+ 1-cycle',
    training: { learningRate: { type: 'oneCycle', base: 0.2 } },
  },
  { id: 'nesterov', name: '+ Nesterov', training: { optimizer: { ...SGD, nesterov: true } } },
  { id: 'no-decay', name: '+ selective decay', training: { decayNormAndBias: false } },
  { id: 'smoothing', name: '+ label smoothing', training: { labelSmoothing: 0.1 } },
  { id: 'dirac', name: '+ dirac initialisation', model: { diracInit: true } },
  { id: 'averaging', name: '+ weight averaging', training: { averageDecay: 0.99 } },
  { id: 'views', name: '+ several views', training: { testViews: 'crops' } },
  {
    id: 'muon',
    name: 'with Muon',
    training: ({ learningRate }) => ({
      optimizer: { type: 'muon', momentum: 0.9, nesterov: true, weightDecay: 0.01 },
      learningRate: typeof learningRate === 'object' ? { ...learningRate, base: 0.1 } : 0.1,
    }),
  },
];

interface Scale {
  readonly blocks: number;
  readonly training: { readonly batchSize?: number; readonly steps: number };
}

const SCALES: Readonly<Record<ExperimentSize, Scale>> = {
  tiny: { blocks: 1, training: { steps: 4 } },
  /** Ten epochs. */
  small: { blocks: 1, training: { batchSize: 64, steps: 1570 } },
  /** Ten epochs. */
  full: { blocks: 3, training: { steps: 3910 } },
  /** The 35 epochs of the published ladder's first rung. */
  paper: { blocks: 3, training: { steps: 13_690 } },
};

function arms(size: ExperimentSize, without: readonly string[] = []): Arm[] {
  const { blocks, training } = SCALES[size];
  const stageDepths = size === 'tiny' ? [1, 1] : [blocks, blocks, blocks];
  const rungs = RUNGS.filter(({ id }, i) => i === 0 || !without.includes(id));
  return rungs.map(({ id, name }, top) => {
    const below = rungs.slice(0, top + 1);
    const model = Object.assign({ stageDepths }, ...below.map((rung) => rung.model ?? {}));
    const recipe: TrainingInput = { ...training };
    for (const { training: added = {} } of below) {
      Object.assign(recipe, typeof added === 'function' ? added(recipe) : added);
    }
    return { id, name, changes: [], config: configOf(size, model, recipe) };
  });
}

export const ladder: Experiment = {
  id: 'ladder',
  title: t`The ladder of recipes`,
  question: t`How much faster does the same net learn by a better recipe?`,
  lookFor: t`One net, the same images, the same number of epochs; from run to run one more recipe is added and all before it stay. The figure shows the test accuracy against the epochs. A constant rate is not behind at first; it is overtaken when the rates of the others come down. What a single rung adds is small here and mostly within chance; from the bottom to the top it is not. The published ladder has schedule, Nesterov’s momentum and label smoothing on its first rung already; Dirac initialisation and tests of several views are on both ladders, and the average of the weights stands where Lookahead does. Muon is on top of both.`,
  published: {
    quantity: 'Epochs to 94 %',
    unit: '',
    values: PUBLISHED_LADDER.map(({ label, epochs }) => ({ label, value: epochs })),
    source: t`Jordan 2024, “94 % on CIFAR-10 in 3.29 Seconds on a Single GPU”, and its repository (KellerJordan/cifar10-zoo)`,
    setting: t`CIFAR-10, a plain net of about eight layers, far wider than these, on an A100; epochs until 94 % of the test images are classified correctly. Smith & Topin 2018: with 1-cycle ResNet-20 reaches 90.42 % in 10,000 steps, with a stepped rate 88.64 % in 80,000.`,
  },
  scale: {
    tiny: t`A few steps of minimal nets, just to check that everything runs.`,
    small: t`ResNet-8, half as wide, 10,000 images of 16×16, ten epochs. No recipe gets a net so small on so few images near 94 %; the rungs are compared by what they reach in the same epochs.`,
    full: t`ResNet-20 on all 50,000 images, ten epochs.`,
    paper: t`ResNet-20 on all 50,000 images, 35 epochs: as many as the published ladder’s first rung takes, for a net that ends at 91 to 92 %.`,
  },
  seedScatter: SEED_SCATTER,
  figure: { type: 'epochs' },
  arms,
  switches: RUNGS.slice(1),
  own: () => [],
  verdict: (results) => {
    const [first, ...rungs] = results;
    if (first?.test == null || rungs.some(({ test }) => test === null))
      return {
        agrees: null,
        text: t`Without test images, or where a run diverged, it does not show how the rungs compare.`,
      };
    const numbers = t`${first.name} ends at ${accuracyText(first)} test accuracy.`;
    if (rungs.length === 0)
      return {
        agrees: null,
        text: sentences(numbers, t`One rung has nothing to be compared with.`),
      };
    const steps = rungs.map((rung, i) => stepText(rung, results[i] ?? first));
    // The best of so many rungs would be beyond the chance of one pair too often.
    const top = rungs.at(-1) ?? first;
    const gain = errorOf(first) - errorOf(top);
    const isBeyond = Math.abs(gain) > chance(first, top);
    const points = Math.abs(gain).toFixed(1);
    if (!isBeyond) {
      const end = t`At this size it does not show that the recipes help: the top rung is within chance of the first.`;
      return { agrees: null, text: sentences(numbers, ...steps, end) };
    }
    const end =
      gain > 0
        ? t`From the bottom to the top rung, ${top.name}, it is ${points} points in the same epochs: a recipe alone makes a net learn faster, as published.`
        : t`From the bottom to the top rung, ${top.name}, ${points} points are lost in the same epochs: the opposite of the published result.`;
    return { agrees: gain > 0, text: sentences(numbers, ...steps, end) };
  },
};

const errorOf = ({ test }: ArmResult): number => test?.error ?? Number.NaN;
const accuracyText = (result: ArmResult): string => percent(100 - errorOf(result));

/** What two standard errors of the difference of their test errors are. */
const chance = (...results: readonly ArmResult[]): number =>
  chanceOf(SEED_SCATTER, ...results.flatMap(({ test }) => (test === null ? [] : [test])));

function stepText(rung: ArmResult, below: ArmResult): string {
  const gain = errorOf(below) - errorOf(rung);
  const points = `${gain < 0 ? '−' : '+'}${Math.abs(gain).toFixed(1)}`;
  return Math.abs(gain) > chance(rung, below)
    ? t`${rung.name}: ${points} points.`
    : t`${rung.name}: ${points}, within chance.`;
}
