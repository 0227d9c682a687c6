/** What the measurements of runs say beyond chance: means of the last steps, leads, what a cut did. */
import { shortcutSwitchOf } from '../../training/changes.ts';
import type { RunHistory } from '../../training/history.ts';
import type { RunView } from '../state.ts';

/** Steps done. */
export const stepsOf = ({ latest }: RunHistory): number => (latest?.step ?? -1) + 1;

/** Mean loss over steps `from` … `end` - 1; null where not all of them have been done. */
export function meanLoss(history: RunHistory, from: number, end: number): number | null {
  if (from < 0 || end > stepsOf(history) || from >= end) return null;
  const recent = history.recentLosses.mean(from, end);
  if (recent !== null) return recent;
  const { firstStep, lastStep, steps, loss } = history;
  const first = history.rowOf(from);
  const last = history.rowOf(end - 1);
  // A row that holds other steps too would mix them in.
  if (first < 0 || firstStep[first] !== from || lastStep[last] !== end - 1) return null;
  let [sum, count] = [0, 0];
  for (let row = first; row <= last; row++) {
    sum += (steps[row] ?? 0) * (loss.mean[row] ?? Number.NaN);
    count += steps[row] ?? 0;
  }
  return sum / count;
}

export interface Lead {
  /** Mean training losses over the same last steps. */
  readonly loss: number;
  readonly otherLoss: number;
  /** `otherLoss` − `loss`: above 0 the first run is ahead. */
  readonly gap: number;
  /** Whether the gap is more than the scatter of batches gives by chance. */
  readonly isClear: boolean;
}

/** The last steps that are compared, in blocks: single steps depend on their neighbours, means of blocks hardly. */
const BLOCKS = 10;
const BLOCK_STEPS = 10;
export const LEAD_STEPS = BLOCKS * BLOCK_STEPS;
/** Standard errors: chance alone exceeds it once in 200 times with ten blocks (Student’s t, 9 degrees of freedom). */
export const CLEAR = 3.7;
/** Smaller gaps cannot be seen on the chart. */
const LEAST_GAP = 0.02;

/**
 * Compares two runs over the last steps before `at` that both have done; null before there are enough. They see the same
 * batches, so what a batch adds to both losses cancels in their difference.
 */
export function leadOf(
  history: RunHistory,
  other: RunHistory,
  at = Number.POSITIVE_INFINITY,
): Lead | null {
  const blocks = blocksBefore(history, other, at);
  if (blocks === null) return null;
  const [mine, theirs] = [history, other].map((one) =>
    blocks.flatMap(([from, end]) => meanLoss(one, from, end) ?? []),
  );
  if (mine?.length !== BLOCKS || theirs?.length !== BLOCKS) return null;
  const { gap, isBeyondChance } = paired(theirs, mine);
  return {
    ...{ loss: mean(mine), otherLoss: mean(theirs), gap },
    isClear: isBeyondChance && Math.abs(gap) >= LEAST_GAP,
  };
}

/** First steps and ends of the blocks that are compared, oldest first. */
export function blocksBefore(
  history: RunHistory,
  other: RunHistory,
  at: number,
): readonly (readonly [number, number])[] | null {
  const done = Math.min(stepsOf(history), stepsOf(other), at);
  // Where rows hold more steps than a block, the rows are the blocks.
  const stride = Math.max(history.stride, other.stride);
  const [size, end] =
    stride <= BLOCK_STEPS ? [BLOCK_STEPS, done] : [stride, done - (done % stride)];
  if (end < BLOCKS * size) return null;
  return Array.from({ length: BLOCKS }, (_, i) => {
    const from = end - (BLOCKS - i) * size;
    return [from, from + size];
  });
}

/** The mean difference of the blocks’ values, and whether it is more than their scatter gives by chance. */
export function paired(values: readonly number[], others: readonly number[]) {
  const gaps = values.map((value, i) => value - (others[i] ?? Number.NaN));
  const gap = mean(gaps);
  const variance = mean(gaps.map((one) => (one - gap) ** 2)) * (BLOCKS / (BLOCKS - 1));
  return { gap, isBeyondChance: Math.abs(gap) > CLEAR * Math.sqrt(variance / BLOCKS) };
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Steps whose losses are averaged before and after a cut. */
export const CUT_STEPS = 10;

/** Losses or norms whose ratio is smaller are not told apart: it is no more than single batches do, or too little to matter. */
export const CLEAR_RATIO = 1.1;

export interface Switched {
  /** What the run is called. */
  readonly name: string;
  /** The first step with the shortcuts as they are. */
  readonly step: number;
  readonly isCut: boolean;
  /** The block whose shortcut it was; null: all of them. */
  readonly block: string | null;
  /** Mean training loss of the steps before, and of the first ones after; null where these are still to come. */
  readonly before: number | null;
  readonly after: number | null;
}

/** Mean loss of the row that ends before `step`, where rows hold more than `CUT_STEPS`: that of a resumed run. */
function lossUpTo(history: RunHistory, step: number): number | null {
  const { lastStep, loss } = history;
  const row = history.rowOf(step - 1);
  return lastStep[row] === step - 1 ? (loss.mean[row] ?? null) : null;
}

/** The last time that the run lost or regained shortcuts while it trained; null: never. */
export function lastSwitched(run: RunView, history: RunHistory, onlyCuts = false): Switched | null {
  const [last] = run.markers.toReversed().flatMap(({ step, label }) => {
    const switched = shortcutSwitchOf(label);
    return step === 0 || switched === null || (onlyCuts && switched.on) ? [] : [{ step, switched }];
  });
  if (last === undefined) return null;
  const { step, switched } = last;
  return {
    name: run.name,
    step,
    isCut: !switched.on,
    block: switched.block,
    before: meanLoss(history, Math.max(0, step - CUT_STEPS), step) ?? lossUpTo(history, step),
    after: meanLoss(history, step, step + CUT_STEPS),
  };
}
