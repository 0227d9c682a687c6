/** What questions ask of the measurements beyond what the story tells: gradients, and the effect of a cut. */
import type { RunHistory } from '../../training/history.ts';
import { weightLayers } from '../layers.ts';
import {
  blocksBefore,
  CLEAR,
  CLEAR_RATIO,
  CUT_STEPS,
  mean,
  meanLoss,
  paired,
} from '../story/evidence.ts';

export interface GradientLead {
  /** Geometric means of the first layer’s gradient norm over the same steps. */
  readonly norm: number;
  readonly otherNorm: number;
  /** Whether they differ by more than chance, and by enough to matter. */
  readonly isClear: boolean;
}

/** Compares the gradients of two runs’ first layers over the last steps before `at`; null before there are enough. */
export function gradientLeadOf(
  history: RunHistory,
  other: RunHistory,
  at: number,
): GradientLead | null {
  const blocks = blocksBefore(history, other, at);
  if (blocks === null) return null;
  const [mine, theirs] = [history, other].map((one) => {
    const [layer] = weightLayers(one.parameterNames);
    return blocks.map(([from, end]) => meanLogNorm(one, layer?.parameter ?? -1, from, end));
  });
  if (mine === undefined || theirs === undefined) return null;
  const { gap, isBeyondChance } = paired(mine, theirs);
  if (!Number.isFinite(gap)) return null;
  return {
    ...{ norm: Math.exp(mean(mine)), otherNorm: Math.exp(mean(theirs)) },
    isClear: isBeyondChance && Math.abs(gap) >= Math.log(CLEAR_RATIO),
  };
}

/** Mean of log ‖∇‖ of a parameter over the rows that hold steps `from` … `end` - 1. */
function meanLogNorm(history: RunHistory, parameter: number, from: number, end: number): number {
  const logs: number[] = [];
  for (let row = Math.max(0, history.rowOf(from)); row < history.length; row++) {
    if ((history.firstStep[row] ?? 0) >= end) break;
    logs.push(Math.log(history.row('gradNorm', row)[parameter] ?? Number.NaN));
  }
  return mean(logs);
}

/** Single steps before a cut, by whose losses its effect is judged. */
const SCATTER_STEPS = 50;

/**
 * Whether the loss rose, fell or hardly changed when shortcuts were switched at `step`: a change must be more than the
 * losses of single steps scatter. Null before the steps that tell are there, or once their rows are merged.
 */
export function changeAt(history: RunHistory, step: number): 'rose' | 'fell' | 'same' | null {
  const before = meanLoss(history, Math.max(0, step - CUT_STEPS), step);
  const after = meanLoss(history, step, step + CUT_STEPS);
  if (before === null || after === null) return null;
  const losses = Array.from(
    { length: Math.min(SCATTER_STEPS, step) },
    (_, i) => meanLoss(history, step - 1 - i, step - i) ?? Number.NaN,
  );
  const centre = mean(losses);
  const variance = mean(losses.map((loss) => (loss - centre) ** 2));
  if (Number.isNaN(variance)) return null;
  const chance = CLEAR * Math.sqrt((2 * variance) / CUT_STEPS);
  if (after / before > CLEAR_RATIO && after - before > chance) return 'rose';
  return before / after > CLEAR_RATIO && before - after > chance ? 'fell' : 'same';
}
