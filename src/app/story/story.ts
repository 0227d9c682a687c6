/**
 * What there is to see now, in one sentence or two: worked out from the numbers on the page, and never claiming what
 * chance could do.
 */
import { blockWords } from '../../model/layerWords.ts';
import { networkDepth } from '../../model/networkName.ts';
import { hasShortcuts, withAllShortcuts } from '../../model/shortcuts.ts';
import { isLearningRateMark } from '../../training/changes.ts';
import type { RunHistory } from '../../training/history.ts';
import { sharingBatches } from '../../training/grouping.ts';
import { sameConfig } from '../edit.ts';
import type { PageState, RunView } from '../state.ts';
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

export interface Story {
  /** Changes only when there is something else to see; what is announced to screen readers. */
  readonly phase: string;
  readonly text: string;
}

type Told = Pick<PageState, 'phase' | 'runs' | 'dataError'>;

/** Plain nets of fewer layers train about as well as residual ones (He et al. 2015, table 2, fig. 6). */
const DEEP = 20;
/** A cut is what there is to see for so many steps. */
const CUT_TOLD_STEPS = 150;
const TRY_A_CUT = 'Cut some of them and press Train, to see what they carry.';

/** @param historyOf a run’s measurements. */
export function storyOf(state: Told, historyOf: (id: string) => RunHistory): Story {
  const { runs, phase } = state;
  const [first] = runs;
  if (phase === 'opening' || first === undefined) {
    return { phase: 'opening', text: 'Measuring this computer to choose networks that suit it.' };
  }
  const steps = Math.max(...runs.map(({ id }) => stepsOf(historyOf(id))));
  const diverged = runs.find((run) => run.diverged !== null);
  if (diverged?.diverged != null) return divergence(diverged, diverged.diverged);
  if (steps === 0) return atStart(state, first);
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
    text: `${run.name} diverged at step ${counted(step)}: numbers in ${layer} grew too large for a float. A smaller learning rate, or warm-up, keeps them finite.`,
  };
}

function atStart({ phase, runs, dataError }: Told, first: RunView): Story {
  if (phase === 'waitingForData' && dataError === null) {
    return {
      phase: 'loading',
      text: 'The first images are on their way; training starts with them.',
    };
  }
  if (phase === 'training' || phase === 'preparing' || phase === 'tuning') {
    return { phase: 'starting', text: 'The networks are being prepared; the first step is next.' };
  }
  const twins = twinsOf(runs);
  if (twins === null) {
    const other = hasShortcuts(first.config.model) ? 'without' : 'with';
    return {
      phase: 'start',
      text:
        runs.length === 1
          ? `Press Train to see ${first.name} learn, or Add run to set its twin ${other} shortcuts beside it.`
          : sharingBatches(runs).length === 1
            ? 'Press Train: every network sees the same images in the same order.'
            : 'Press Train: each network sees the images in the order of its own seed and batch size.',
    };
  }
  return {
    phase: 'start',
    text: `${twins.residual.name} and ${twins.plain.name} have the same layers and start from the same weights. Press Train: only the shortcuts can make a difference.`,
  };
}

function switching({ name, step, isCut, block, before, after }: Switched, steps: number): Story {
  const what = block === null ? 'The shortcuts' : `The shortcut of ${blockWords(block)}`;
  // By a click, by an experiment, or by a link's schedule.
  const was = `${block === null ? 'were' : 'was'} ${isCut ? 'cut' : 'restored'}`;
  const them = block === null ? 'them' : 'it';
  const did = `${what} of ${name} ${was} at step ${counted(step)}`;
  const phase = `${isCut ? 'cut' : 'restored'} ${name} ${step}`;
  if (before === null || after === null) {
    return {
      phase,
      text: `${did}; no weight changed. Watch its loss over the next ${step + 10 - steps} steps.`,
    };
  }
  const numbers = `${did}: its loss went from ${rounded(before)} to ${rounded(after)} within ten steps`;
  const ratio = after / before;
  if (ratio > CLEAR_RATIO) {
    return {
      phase: `${phase} worse`,
      text: isCut
        ? `${numbers}. The blocks had learned corrections to an input that no longer reaches them.`
        : `${numbers}. The weights had adapted to working without ${them}.`,
    };
  }
  if (ratio < 1 / CLEAR_RATIO) return { phase: `${phase} better`, text: `${numbers}.` };
  return {
    phase: `${phase} same`,
    text: `${numbers}: so far the network depends little on ${them}.`,
  };
}

function alone(run: RunView, history: RunHistory): Story {
  const steps = stepsOf(history);
  const tested =
    run.evaluation === null
      ? ''
      : `, and it classifies ${perCent(run.evaluation.accuracy)} of the test images correctly`;
  const loss = history.latest?.loss ?? Number.NaN;
  return {
    phase: run.finished ? 'finished' : 'alone',
    text: `${run.name} has done ${counted(steps)} steps; its loss is ${rounded(loss)}${tested}. Add run sets its twin beside it.`,
  };
}

/** Two runs that differ in their shortcuts alone. */
function twinsOf(runs: readonly RunView[]): { residual: RunView; plain: RunView } | null {
  const [a, b] = runs;
  if (a === undefined || b === undefined || runs.length !== 2) return null;
  const [residual, plain] = hasShortcuts(a.config.model) ? [a, b] : [b, a];
  const differ = hasShortcuts(residual.config.model) && !hasShortcuts(plain.config.model);
  const isTwin =
    sameConfig(withAllShortcuts(residual.config), withAllShortcuts(plain.config)) &&
    pastOf(residual) === pastOf(plain);
  return differ && isTwin ? { residual, plain } : null;
}

/** What a run began with and what was done to it, its shortcuts aside. */
const pastOf = ({ weightsFrom, markers, pending }: RunView): string =>
  JSON.stringify([
    weightsFrom,
    markers.filter(({ label }) => isLearningRateMark(label)),
    pending.filter(({ kind }) => kind === 'learningRate'),
  ]);

function compared(state: Told, historyOf: (id: string) => RunHistory, steps: number): Story {
  const { runs } = state;
  const at = runs.every(({ finished }) => finished)
    ? `Finished after ${counted(steps)} steps`
    : `Step ${counted(steps)}`;
  const [leader, second] = runs
    .map((run) => ({ run, history: historyOf(run.id) }))
    .toSorted((a, b) => recentLoss(a.history) - recentLoss(b.history));
  const twins = twinsOf(runs);
  const isDeep = twins !== null && networkDepth(twins.residual.config.model) >= DEEP;
  const lead =
    leader === undefined || second === undefined ? null : leadOf(leader.history, second.history);
  if (leader === undefined || second === undefined || lead === null) {
    const promise = isDeep
      ? ` Within a few hundred, ${twins.residual.name} should pull ahead.`
      : '';
    return {
      phase: 'early',
      text: `${at}: too early to tell; the losses of single batches scatter, and ${LEAD_STEPS} steps are needed to compare.${promise}`,
    };
  }
  const numbers = `${rounded(lead.loss)} against ${rounded(lead.otherLoss)}`;
  if (!lead.isClear) {
    return {
      phase: 'level',
      text: `${at}: ${leader.run.name} and ${second.run.name} are level (training loss ${numbers}): too small a difference to tell.`,
    };
  }
  const ahead = `${at}: ${leader.run.name} is ahead by ${rounded(lead.gap)} (training loss ${numbers})`;
  const why = because(leader.run, twins, isDeep);
  const isResting = state.phase === 'paused' || state.phase === 'idle';
  const next = isResting && leader.run === twins?.residual ? ` ${TRY_A_CUT}` : '';
  return { phase: `ahead ${leader.run.id}`, text: `${ahead}${why}${next}` };
}

function because(leader: RunView, twins: ReturnType<typeof twinsOf>, isDeep: boolean): string {
  if (twins === null) return '.';
  if (leader === twins.residual) {
    return '. Same layers, same images: only the shortcuts differ.';
  }
  return isDeep
    ? '. The opposite is expected with more training.'
    : ': with so few layers, a network trains well without shortcuts.';
}

function recentLoss(history: RunHistory): number {
  const steps = stepsOf(history);
  const mean = meanLoss(history, steps - Math.min(steps, LEAD_STEPS), steps);
  return mean ?? history.latest?.loss ?? Number.POSITIVE_INFINITY;
}
