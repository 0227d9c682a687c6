/** The steps of the tour, for someone who has never heard of ResNet: what to do, then what is to be seen. */
import { CLEAR_RATIO, CUT_STEPS, LEAD_STEPS } from '../story/evidence.ts';
import { counted, perCent, rounded } from '../words.ts';
import type { TourFacts } from './facts.ts';
import { t } from '../../text/t.ts';

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

const residualName = ({ residual }: Pick<TourFacts, 'residual'>): string =>
  residual?.name ?? t`the residual network`;
const plainName = ({ plain }: TourFacts): string => plain?.name ?? t`its plain twin`;

function pairText({ residual, plain }: TourFacts): string {
  if (residual?.accuracy == null || plain?.accuracy == null) {
    return t`Both networks are open. They have the same layers; only one has shortcuts, the arcs above its blocks.`;
  }
  return t`After the same ${counted(residual.steps)} steps on the same images, ${residual.name} classifies ${perCent(residual.accuracy)} of the test images correctly and ${plain.name} ${perCent(plain.accuracy)}. Their layers are the same; only one has shortcuts, the arcs above its blocks.`;
}

function cutText(facts: TourFacts): string {
  const { cut } = facts;
  if (cut?.before == null || cut.after == null)
    return t`The shortcuts are cut. No weight has changed.`;
  const numbers = t`Ten steps after the cut, the loss of ${cut.name} went from ${rounded(cut.before)} to ${rounded(cut.after)}.`;
  return cut.after > CLEAR_RATIO * cut.before
    ? t`${numbers} The cut itself changed no weight: the blocks had learned small corrections to an input that no longer reaches them.`
    : t`${numbers} So far the network depends little on its shortcuts; one that has trained longer depends on them more.`;
}

function restoredText({ restored }: TourFacts): string {
  if (restored?.before == null || restored.after == null) return '';
  const { name, before, after } = restored;
  const numbers = t`With its shortcuts back, the loss of ${name} went from ${rounded(before)} to ${rounded(after)} in ten steps.`;
  if (after * CLEAR_RATIO < before) {
    return t`${numbers} What it had learned was still in its weights; it could not be used without the shortcuts.`;
  }
  return after > CLEAR_RATIO * before
    ? t`${numbers} Its weights had begun to adapt to working without them, and have to adapt again.`
    : t`${numbers} While it trained without them, its weights had changed too far for the shortcuts alone to help.`;
}

function leadText(facts: TourFacts): string {
  const { lead, steps } = facts;
  if (lead === null) return '';
  const [at, loss, other] = [counted(steps), rounded(lead.loss), rounded(lead.otherLoss)] as const;
  const [residual, plain] = [residualName(facts), plainName(facts)] as const;
  if (!lead.isClear) {
    return t`Step ${at}: ${residual} and ${plain} are level (training loss ${loss} against ${other}): too small a difference to tell. Let them train on and watch the curves.`;
  }
  return lead.gap > 0
    ? t`Step ${at}: ${residual} is ahead (training loss ${loss} against ${other}). Same layers, same first weights, same images: shortcuts make a deep network easier to train.`
    : t`Step ${at}: ${plain} is ahead so far (training loss ${loss} against ${other}). That can happen in the first steps, or where there are few layers; let them train on.`;
}

function gradientText(facts: TourFacts): string {
  const { residual, plain } = facts;
  if (residual?.gradientRatio == null || plain?.gradientRatio == null) return '';
  const ratios = [plain.gradientRatio, residual.gradientRatio];
  const [ofPlain = 0, ofResidual = 0] = ratios.map((ratio) => Math.abs(Math.log(ratio)));
  const numbers = t`Rows are layers, columns are steps. The first layer’s gradient is ${ratioText(plain.gradientRatio)} times the last one’s in ${plain.name} and ${ratioText(residual.gradientRatio)} times in ${residual.name}.`;
  return ofPlain > ofResidual
    ? t`${numbers} Layer by layer, a plain network distorts the gradient on its way back; shortcuts let it through. For more, open Experiments.`
    : t`${numbers} The deeper a plain network is, the more it distorts the gradient. For more, open Experiments.`;
}

/** Steps of a switch that are still to come before its answer. */
function waiting(steps: number, from: number): string {
  const left = Math.max(1, from + CUT_STEPS - steps);
  return left === 1 ? t`1 more step to go.` : t`${left} more steps to go.`;
}

const restoreText = (name: string, isTraining: boolean): string =>
  isTraining
    ? t`Switch Shortcuts on again for ${name}.`
    : t`Switch Shortcuts on again for ${name}, then press Train.`;

const READY_MADE: readonly TourStep[] = [
  {
    title: t`A pair that is trained already`,
    target: CARD,
    action: () => ({ label: t`Open the pair`, does: 'openPair' }),
    isDone: ({ stage }) => stage === 'ready-made',
    task: () =>
      t`Two networks are ready that have been trained for 10,000 steps. They have the same layers, but only one has shortcuts past its blocks.`,
    seen: pairText,
  },
  {
    title: t`Cut the shortcuts`,
    target: CARD,
    isDone: ({ cut, isCutPending }) => cut !== null || isCutPending,
    task: (facts) =>
      t`Switch Shortcuts off for ${residualName(facts)}. Its weights stay; only the paths past its blocks go.`,
    seen: ({ cut }) =>
      cut === null
        ? t`The arcs are gone. The cut takes effect with the next step of training.`
        : t`${cut.name} lost its shortcuts at step ${counted(cut.step)}. No weight has changed.`,
  },
  {
    title: t`See what it does`,
    target: TRAIN,
    seenAt: LOSS,
    isDone: ({ cut }) => cut?.after != null,
    task: ({ cut, isCutPending, isTraining, residual }) =>
      cut !== null && isTraining
        ? t`The cut is made. ${waiting(residual?.steps ?? 0, cut.step)}`
        : isCutPending || cut !== null
          ? t`Press Train and let it take ten steps.`
          : t`First cut the shortcuts: go back one step. Then press Train.`,
    seen: cutText,
  },
  {
    title: t`Restore the shortcuts`,
    target: CARD,
    seenAt: LOSS,
    isDone: ({ restored }) => restored?.after != null,
    task: ({ cut, restored, isTraining, residual }) =>
      restored !== null
        ? t`They are back. ${waiting(residual?.steps ?? 0, restored.step)}`
        : restoreText(cut?.name ?? residualName({ residual }), isTraining),
    seen: restoredText,
  },
];

const OWN: readonly TourStep[] = [
  {
    title: t`Train a pair of your own`,
    target: TRAIN,
    seenAt: LOSS,
    action: ({ stage }) =>
      stage === 'ready-made' ? { label: t`Set up a fresh pair`, does: 'setUpFresh' } : null,
    isDone: ({ stage, lead, steps }) =>
      stage !== 'ready-made' && lead !== null && (lead.isClear || steps >= PATIENCE),
    task: (facts) => {
      const { stage, steps, isTraining } = facts;
      if (stage === 'ready-made') {
        return t`That pair was trained in advance. Now watch two networks learn from the start, in this browser.`;
      }
      const toGoOn = isTraining ? '' : t` Press Train to continue.`;
      if (steps >= LEAD_STEPS) {
        return t`Step ${counted(steps)}: the two are level so far. Watch the curves; they usually part within a few hundred steps.${toGoOn}`;
      }
      return isTraining || steps > 0
        ? t`Step ${counted(steps)}. Early losses scatter; after ${LEAD_STEPS} steps the two can be compared.${toGoOn}`
        : t`${residualName(facts)} and ${plainName(facts)} start from the same weights and see the same images. Press Train.`;
    },
    seen: leadText,
  },
  {
    title: t`How much gradient each layer gets`,
    target: HEAT_MAP,
    isDone: ({ residual, plain }) =>
      residual?.gradientRatio != null && plain?.gradientRatio != null,
    task: () =>
      t`A layer learns from the gradient, which travels back from the loss through every layer behind it. This map fills in while the networks train.`,
    seen: gradientText,
  },
];

/** @param canReplaceRuns false: the page is locked, and the tour is about the runs that are there. */
export const tourSteps = (canReplaceRuns: boolean): readonly TourStep[] =>
  canReplaceRuns ? [...READY_MADE, ...OWN] : OWN;
