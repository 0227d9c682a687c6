/** The five steps of the tour, for someone who has never heard of ResNet: what to do, then what is to be seen. */
import type { TourFacts } from './facts.ts';

interface TourStep {
  readonly title: string;
  /** The part of the page that it is about, as a selector. */
  readonly target: string;
  /** Whether what is to be done has been done, or what is to be seen can be seen. */
  isDone(facts: TourFacts): boolean;
  /** Before it is done. */
  task(facts: TourFacts): string;
  /** What is seen then, with numbers of the nets on the page, and why. */
  seen(facts: TourFacts): string;
}

/** Steps after which the losses of both nets mean something. */
const ENOUGH = 20;

/** Smaller rises of the loss are what single batches do. */
const CLEARLY_WORSE = 1.1;

const rounded = (value: number): string => value.toFixed(2);
const ratioText = (value: number): string =>
  value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2);

const residualName = ({ residual }: TourFacts): string => residual?.name ?? 'the first net';
const plainName = ({ plain }: TourFacts): string => plain?.name ?? 'its plain twin';

function gapText(facts: TourFacts): string {
  const { residual, plain, steps } = facts;
  if (residual?.loss == null || plain?.loss == null) return 'Neither net has a loss yet.';
  const gap = plain.loss - residual.loss;
  const numbers = `At step ${steps}: ${residual.name} ${rounded(residual.loss)}, ${plain.name} ${rounded(plain.loss)}.`;
  if (gap > 0.005) {
    return `${numbers} The net with shortcuts is ahead by ${rounded(gap)}, with the same layers and the same images: it is easier to train.`;
  }
  return `${numbers} No lead yet: early steps are noisy, and the gap opens as training continues.`;
}

function gradientText(facts: TourFacts): string {
  const { residual, plain } = facts;
  if (residual?.gradientRatio == null || plain?.gradientRatio == null)
    return 'Each row is a layer, each column a step; the colour shows how strong the signal is there.';
  const ratios = [plain.gradientRatio, residual.gradientRatio];
  const [ofPlain = 0, ofResidual = 0] = ratios.map((ratio) => Math.abs(Math.log(ratio)));
  const [first, second] = ratios.map(ratioText);
  const numbers = `First layer’s signal over the last layer’s: ${first} in ${plain.name}, ${second} in ${residual.name}.`;
  return ofPlain > ofResidual
    ? `${numbers} Layer by layer a plain net distorts the signal on its way back; a shortcut lets it through.`
    : `${numbers} With so few layers neither net loses much of it; the deeper a plain net is, the more it distorts.`;
}

function cutText({ cut }: TourFacts): string {
  if (cut === null) return '';
  return `${cut.name} lost shortcuts at step ${cut.step}; no weight changed. Its blocks had learned small corrections to a signal that no longer bypasses them.`;
}

function answerText({ cut }: TourFacts): string {
  if (cut?.before == null || cut.after == null) return '';
  const numbers = `Loss of ${cut.name}: ${rounded(cut.before)} before the cut, ${rounded(cut.after)} right after it.`;
  return cut.after > CLEARLY_WORSE * cut.before
    ? `${numbers} So the shortcuts carried what it had learned. Switch them back on, or try an experiment.`
    : `${numbers} This early the blocks have learned little that could be lost. Train longer and cut again, or try an experiment.`;
}

export const TOUR_STEPS: readonly [TourStep, ...TourStep[]] = [
  {
    title: 'Two nets, one difference',
    target: '.buttons .primary',
    isDone: ({ steps }) => steps > 0,
    task: (facts) =>
      `${residualName(facts)} and ${plainName(facts)} have the same layers, initial weights and images; only one has shortcuts past its blocks. Press Train.`,
    seen: ({ steps }) =>
      `Both are training: step ${steps}. Each step shows them the same few images and adjusts every weight a little.`,
  },
  {
    title: 'Watch the gap',
    target: 'figure[aria-label="Loss"]',
    isDone: ({ steps }) => steps >= ENOUGH,
    task: ({ steps }) =>
      `Loss says how wrong a net is; lower is better. Wait for step ${ENOUGH}; it is at ${steps}.`,
    seen: gapText,
  },
  {
    title: 'How much gradient each layer gets',
    target: 'figure.layers',
    isDone: ({ steps }) => steps > 0,
    task: () =>
      'A layer learns from a signal that travels back from the loss: the gradient. This map fills in once the nets train.',
    seen: gradientText,
  },
  {
    title: 'Cut the shortcuts',
    target: '.run-card',
    isDone: ({ cut }) => cut !== null,
    task: (facts) =>
      `Switch the Shortcuts of ${residualName(facts)} off while it trains. Only the paths past its blocks go; its weights stay.`,
    seen: cutText,
  },
  {
    title: 'Read the answer',
    target: 'figure[aria-label="Loss"]',
    isDone: ({ cut }) => cut?.after != null,
    task: ({ cut }) =>
      cut === null
        ? 'Go back one step and cut shortcuts first: the curves respond within ten steps.'
        : 'The cut is marked on the curves. In ten more steps they show what the shortcuts carried.',
    seen: answerText,
  },
];
