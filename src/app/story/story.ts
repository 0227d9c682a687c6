/**
 * What there is to see now, in one sentence or two: worked out from the numbers on the page, and never claiming what
 * chance could do.
 */
import { blockWords } from '../../model/layerWords.ts';
import { networkDepth } from '../../model/networkName.ts';
import type { RunHistory } from '../../training/history.ts';
import { recentGradientRatio, vanishes } from '../layers.ts';
import type { RunView } from '../state.ts';
import { t } from '../../text/t.ts';
import { counted, perCent, rounded } from '../words.ts';
import {
  CLEAR_RATIO,
  lastSwitched,
  LEAD_STEPS,
  leadOf,
  meanLoss,
  type Switched,
  stepsOf,
} from './evidence.ts';
import { type Story, storyAtStart, type Told, twinsOf } from './start.ts';

/** Plain nets of fewer layers train about as well as residual ones (He et al. 2015, table 2, fig. 6). */
const DEEP = 20;
/** A cut is what there is to see for so many steps. */
const CUT_TOLD_STEPS = 150;
const TRY_A_CUT = t` Cut some of them and press Train, to see what they carry.`;

/** @param historyOf a run’s measurements. */
export function storyOf(state: Told, historyOf: (id: string) => RunHistory): Story {
  const { runs, phase } = state;
  const [first] = runs;
  if (phase === 'opening' || first === undefined) return storyAtStart(state);
  const steps = Math.max(...runs.map(({ id }) => stepsOf(historyOf(id))));
  const diverged = runs.find((run) => run.diverged !== null);
  if (diverged?.diverged != null) return divergence(diverged, diverged.diverged);
  if (steps === 0) return storyAtStart(state);
  const switched = runs
    .flatMap((run) => lastSwitched(run, historyOf(run.id)) ?? [])
    .filter(({ step }) => steps - step < CUT_TOLD_STEPS)
    .toSorted((a, b) => a.step - b.step)
    .at(-1);
  if (switched !== undefined) return switching(switched, steps);
  return runs.length === 1 ? alone(first, historyOf(first.id)) : compared(state, historyOf, steps);
}

function divergence(run: RunView, { step, layer }: NonNullable<RunView['diverged']>): Story {
  return {
    phase: `diverged ${run.id}`,
    text: t`${run.name} diverged at step ${counted(step)}: numbers in ${layer} grew too large for a float. A smaller learning rate, or warm-up, keeps them finite.`,
  };
}

/** By a click, by an experiment, or by a link's schedule. */
function switchText({ name, step, isCut, block }: Switched): string {
  if (block === null) {
    return isCut
      ? t`The shortcuts of ${name} were cut at step ${counted(step)}`
      : t`The shortcuts of ${name} were restored at step ${counted(step)}`;
  }
  return isCut
    ? t`The shortcut of ${blockWords(block)} of ${name} was cut at step ${counted(step)}`
    : t`The shortcut of ${blockWords(block)} of ${name} was restored at step ${counted(step)}`;
}

function switching(switched: Switched, steps: number): Story {
  const { name, step, isCut, block, before, after } = switched;
  const did = switchText(switched);
  const phase = `${isCut ? 'cut' : 'restored'} ${name} ${step}`;
  if (before === null || after === null) {
    return {
      phase,
      text: t`${did}; no weight changed. Watch its loss over the next ${step + 10 - steps} steps.`,
    };
  }
  const numbers = t`${did}: its loss went from ${rounded(before)} to ${rounded(after)} within ten steps`;
  const ratio = after / before;
  if (ratio > CLEAR_RATIO) {
    return {
      phase: `${phase} worse`,
      text: isCut
        ? t`${numbers}. The blocks had learned corrections to an input that no longer reaches them.`
        : block === null
          ? t`${numbers}. The weights had adapted to working without them.`
          : t`${numbers}. The weights had adapted to working without it.`,
    };
  }
  if (ratio < 1 / CLEAR_RATIO) return { phase: `${phase} better`, text: t`${numbers}.` };
  return {
    phase: `${phase} same`,
    text:
      block === null
        ? t`${numbers}: so far the network depends little on them.`
        : t`${numbers}: so far the network depends little on it.`,
  };
}

function alone(run: RunView, history: RunHistory): Story {
  const steps = stepsOf(history);
  const loss = rounded(history.latest?.loss ?? Number.NaN);
  const { name, evaluation } = run;
  return {
    phase: run.finished ? 'finished' : 'alone',
    text:
      evaluation === null
        ? t`${name} has done ${counted(steps)} steps; its loss is ${loss}. Add run sets its twin beside it.`
        : t`${name} has done ${counted(steps)} steps; its loss is ${loss}, and it classifies ${perCent(evaluation.accuracy)} of the test images correctly. Add run sets its twin beside it.`,
  };
}

function compared(state: Told, historyOf: (id: string) => RunHistory, steps: number): Story {
  const { runs } = state;
  const at = runs.every(({ finished }) => finished)
    ? t`Finished after ${counted(steps)} steps`
    : t`Step ${counted(steps)}`;
  const [leader, second] = runs
    .map((run) => ({ run, history: historyOf(run.id) }))
    .toSorted((a, b) => recentLoss(a.history) - recentLoss(b.history));
  const twins = twinsOf(runs);
  const isDeep = twins !== null && networkDepth(twins.residual.config.model) >= DEEP;
  const lead =
    leader === undefined || second === undefined ? null : leadOf(leader.history, second.history);
  if (leader === undefined || second === undefined || lead === null) {
    const promise = isDeep
      ? t` Within a few hundred, ${twins.residual.name} should pull ahead.`
      : '';
    return {
      phase: 'early',
      text: t`${at}: too early to tell; the losses of single batches scatter, and ${LEAD_STEPS} steps are needed to compare.${promise}`,
    };
  }
  const [loss, other] = [rounded(lead.loss), rounded(lead.otherLoss)] as const;
  if (!lead.isClear) {
    return {
      phase: 'level',
      text: t`${at}: ${leader.run.name} and ${second.run.name} are level (training loss ${loss} against ${other} over the last ${LEAD_STEPS} steps): too small a difference to tell.`,
    };
  }
  const ahead = t`${at}: ${leader.run.name} is ahead by ${rounded(lead.gap)} (training loss ${loss} against ${other} over the last ${LEAD_STEPS} steps)`;
  const isResting = state.phase === 'paused' || state.phase === 'idle';
  const next = isResting && leader.run === twins?.residual ? TRY_A_CUT : '';
  return {
    phase: `ahead ${leader.run.id}`,
    text: because(ahead, leader.run, twins, isDeep, historyOf) + next,
  };
}

function because(
  ahead: string,
  leader: RunView,
  twins: ReturnType<typeof twinsOf>,
  isDeep: boolean,
  historyOf: (id: string) => RunHistory,
): string {
  if (twins === null) return t`${ahead}.`;
  const { residual, plain } = twins;
  if (leader === residual) {
    const [ratio, other] = [plain, residual].map(({ id }) => recentGradientRatio(historyOf(id)));
    return vanishes(ratio) && !vanishes(other)
      ? t`${ahead}. Same layers, same images: by now little of the gradient reaches the first layer of ${plain.name}, and shortcuts carry it there.`
      : t`${ahead}. Same layers, same images: only the shortcuts differ.`;
  }
  return isDeep
    ? t`${ahead}. The opposite is expected with more training.`
    : t`${ahead}: with so few layers, a network trains well without shortcuts.`;
}

function recentLoss(history: RunHistory): number {
  const steps = stepsOf(history);
  const mean = meanLoss(history, steps - Math.min(steps, LEAD_STEPS), steps);
  return mean ?? history.latest?.loss ?? Number.POSITIVE_INFINITY;
}
