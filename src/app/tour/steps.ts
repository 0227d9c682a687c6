/** The steps of the tour, for someone who has never heard of ResNet: what to do, then what is to be seen. */
import { CLEAR_RATIO, CUT_STEPS, LEAD_STEPS } from '../story/evidence.ts';
import { counted, perCent, rounded } from '../words.ts';
import type { TourFacts } from './facts.ts';

/** What a step can do for the user. */
export interface TourAction {
  readonly label: string;
  readonly does: 'openPair' | 'setUpFresh';
}

export interface TourStep {
  readonly title: string;
  /** The part of the page where something is to be done, as a selector. */
  readonly target: string;
  /** The part where it is then seen; left out: the same. */
  readonly seenAt?: string;
  /** Before it is done; null: nothing that the tour does. */
  action?(facts: TourFacts): TourAction | null;
  /** Whether what is to be done has been done, or what is to be seen can be seen. */
  isDone(facts: TourFacts): boolean;
  /** Before it is done. */
  task(facts: TourFacts): string;
  /** What is seen then, with numbers of the networks on the page, and why. */
  seen(facts: TourFacts): string;
}

/** Steps after which no more is promised of two networks that are level. */
const PATIENCE = 500;

const LOSS = 'figure[data-figure="loss"]';
const TRAIN = '.buttons .primary';
const CARD = '.run-card';
const HEAT_MAP = '.heat-of-run';

const ratioText = (value: number): string =>
  value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2);

const residualName = ({ residual }: TourFacts): string => residual?.name ?? 'the residual network';
const plainName = ({ plain }: TourFacts): string => plain?.name ?? 'its plain twin';

function pairText({ residual, plain }: TourFacts): string {
  if (residual?.accuracy == null || plain?.accuracy == null) {
    return 'Both networks are open. They have the same layers; only one has shortcuts, the arcs above its blocks.';
  }
  return `After the same ${counted(residual.steps)} steps on the same images, ${residual.name} classifies ${perCent(residual.accuracy)} of the test images correctly and ${plain.name} ${perCent(plain.accuracy)}. Their layers are the same; only one has shortcuts, the arcs above its blocks.`;
}

function cutText(facts: TourFacts): string {
  const { cut } = facts;
  if (cut?.before == null || cut.after == null)
    return 'The shortcuts are cut. No weight has changed.';
  const numbers = `Ten steps after the cut, the loss of ${cut.name} went from ${rounded(cut.before)} to ${rounded(cut.after)}.`;
  return cut.after > CLEAR_RATIO * cut.before
    ? `${numbers} The cut itself changed no weight: the blocks had learned small corrections to an input that no longer reaches them.`
    : `${numbers} So far the network depends little on its shortcuts; one that has trained longer depends on them more.`;
}

function restoredText({ restored }: TourFacts): string {
  if (restored?.before == null || restored.after == null) return '';
  const { name, before, after } = restored;
  const numbers = `With its shortcuts back, the loss of ${name} went from ${rounded(before)} to ${rounded(after)} in ten steps.`;
  if (after * CLEAR_RATIO < before) {
    return `${numbers} What it had learned was still in its weights; it could not be used without the shortcuts.`;
  }
  return after > CLEAR_RATIO * before
    ? `${numbers} Its weights had begun to adapt to working without them, and have to adapt again.`
    : `${numbers} While it trained without them, its weights had changed too far for the shortcuts alone to help.`;
}

function leadText(facts: TourFacts): string {
  const { lead, steps } = facts;
  if (lead === null) return '';
  const losses = `training loss ${rounded(lead.loss)} against ${rounded(lead.otherLoss)}`;
  const at = `Step ${counted(steps)}: `;
  if (!lead.isClear) {
    return `${at}${residualName(facts)} and ${plainName(facts)} are level (${losses}): too small a difference to tell. Let them train on and watch the curves.`;
  }
  return lead.gap > 0
    ? `${at}${residualName(facts)} is ahead (${losses}). Same layers, same first weights, same images: shortcuts make a deep network easier to train.`
    : `${at}${plainName(facts)} is ahead so far (${losses}). That can happen in the first steps, or where there are few layers; let them train on.`;
}

function gradientText(facts: TourFacts): string {
  const { residual, plain } = facts;
  if (residual?.gradientRatio == null || plain?.gradientRatio == null) return '';
  const ratios = [plain.gradientRatio, residual.gradientRatio];
  const [ofPlain = 0, ofResidual = 0] = ratios.map((ratio) => Math.abs(Math.log(ratio)));
  const [first, second] = ratios.map(ratioText);
  const numbers = `Rows are layers, columns are steps. The first layer’s gradient is ${first} times the last one’s in ${plain.name} and ${second} times in ${residual.name}.`;
  return ofPlain > ofResidual
    ? `${numbers} Layer by layer, a plain network distorts the gradient on its way back; shortcuts let it through. For more, open Experiments.`
    : `${numbers} The deeper a plain network is, the more it distorts the gradient. For more, open Experiments.`;
}

/** Steps of a switch that are still to come before its answer. */
const waiting = (steps: number, from: number): string =>
  `${Math.max(1, from + CUT_STEPS - steps)} more ${from + CUT_STEPS - steps <= 1 ? 'step' : 'steps'} to go.`;

const READY_MADE: readonly TourStep[] = [
  {
    title: 'A pair that is trained already',
    target: CARD,
    action: () => ({ label: 'Open the pair', does: 'openPair' }),
    isDone: ({ stage }) => stage === 'ready-made',
    task: () =>
      'Two networks are ready that have been trained for 10,000 steps. They have the same layers, but only one has shortcuts past its blocks.',
    seen: pairText,
  },
  {
    title: 'Cut the shortcuts',
    target: CARD,
    isDone: ({ cut, isCutPending }) => cut !== null || isCutPending,
    task: (facts) =>
      `Switch Shortcuts off for ${residualName(facts)}. Its weights stay; only the paths past its blocks go.`,
    seen: ({ cut }) =>
      cut === null
        ? 'The arcs are gone. The cut takes effect with the next step of training.'
        : `${cut.name} lost its shortcuts at step ${counted(cut.step)}. No weight has changed.`,
  },
  {
    title: 'See what it does',
    target: TRAIN,
    seenAt: LOSS,
    isDone: ({ cut }) => cut?.after != null,
    task: ({ cut, isCutPending, isTraining, residual }) =>
      cut !== null && isTraining
        ? `The cut is made. ${waiting(residual?.steps ?? 0, cut.step)}`
        : isCutPending || cut !== null
          ? 'Press Train and let it take ten steps.'
          : 'First cut the shortcuts: go back one step. Then press Train.',
    seen: cutText,
  },
  {
    title: 'Restore the shortcuts',
    target: CARD,
    seenAt: LOSS,
    isDone: ({ restored }) => restored?.after != null,
    task: ({ cut, restored, isTraining, residual }) =>
      restored !== null
        ? `They are back. ${waiting(residual?.steps ?? 0, restored.step)}`
        : `Switch Shortcuts on again for ${cut?.name ?? residual?.name ?? 'the residual network'}${isTraining ? '.' : ', then press Train.'}`,
    seen: restoredText,
  },
];

const OWN: readonly TourStep[] = [
  {
    title: 'Train a pair of your own',
    target: TRAIN,
    seenAt: LOSS,
    action: ({ stage }) =>
      stage === 'ready-made' ? { label: 'Set up a fresh pair', does: 'setUpFresh' } : null,
    isDone: ({ stage, lead, steps }) =>
      stage !== 'ready-made' && lead !== null && (lead.isClear || steps >= PATIENCE),
    task: (facts) => {
      const { stage, steps, isTraining } = facts;
      if (stage === 'ready-made') {
        return 'That pair was trained in advance. Now watch two networks learn from the start, in this browser.';
      }
      const toGoOn = isTraining ? '' : ' Press Train to continue.';
      if (steps >= LEAD_STEPS) {
        return `Step ${counted(steps)}: the two are level so far. Watch the curves; they usually part within a few hundred steps.${toGoOn}`;
      }
      return isTraining || steps > 0
        ? `Step ${counted(steps)}. Early losses scatter; after ${LEAD_STEPS} steps the two can be compared.${toGoOn}`
        : `${residualName(facts)} and ${plainName(facts)} start from the same weights and see the same images. Press Train.`;
    },
    seen: leadText,
  },
  {
    title: 'How much gradient each layer gets',
    target: HEAT_MAP,
    isDone: ({ residual, plain }) =>
      residual?.gradientRatio != null && plain?.gradientRatio != null,
    task: () =>
      'A layer learns from the gradient, which travels back from the loss through every layer behind it. This map fills in while the networks train.',
    seen: gradientText,
  },
];

/** @param canReplaceRuns false: the page is locked, and the tour is about the runs that are there. */
export const tourSteps = (canReplaceRuns: boolean): readonly TourStep[] =>
  canReplaceRuns ? [...READY_MADE, ...OWN] : OWN;
