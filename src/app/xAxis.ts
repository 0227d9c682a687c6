/** What charts put on their x axis: how far a run is, counted in steps, epochs, images or time. */
import type { RunConfig } from '../model/config.ts';
import type { RunHistory } from '../training/history.ts';
import { t } from '../text/t.ts';

export const X_KINDS = ['step', 'epoch', 'images', 'time'] as const;
export type XKind = (typeof X_KINDS)[number];

/** Consecutive steps, gathered in rows. */
export interface Rows {
  readonly length: number;
  /** Steps that a full row holds. */
  readonly stride: number;
  /** Another one whenever rows that were full have changed: merged, cut off or cleared. */
  readonly generation: number | string;
  /** [rows] */
  readonly firstStep: Uint32Array;
  readonly lastStep: Uint32Array;
  readonly steps: Uint32Array;
}

/** What an axis reads of a run. */
export interface Placed {
  readonly config: Pick<RunConfig, 'training' | 'data'>;
  readonly history: RunHistory;
  /** Rows to be placed, where they are not the history's own. */
  readonly rows?: Rows;
}

export const rowsOf = ({ history, rows }: Placed): Rows => rows ?? history;

export interface XAxis {
  readonly title: string;
  /** Where a row of the history ends. */
  ofRow(run: Placed, row: number): number;
  /** Where a run stands after `step` steps: the place of tests and of events. */
  ofStep(run: Placed, step: number): number;
}

/** An axis proportional to the steps done. A row's loss was measured with the weights after as many steps. */
const counting = (title: string, perStep: (run: Placed) => number): XAxis => ({
  title,
  ofRow: (run, row) => (rowsOf(run).lastStep[row] ?? 0) * perStep(run),
  ofStep: (run, step) => step * perStep(run),
});

const batchSize = ({ config }: Placed) => config.training.batchSize;

export const X_AXES: Readonly<Record<XKind, XAxis>> = {
  step: counting(t`step`, () => 1),
  epoch: counting(t`epoch`, (run) => batchSize(run) / Math.max(1, run.config.data.train)),
  images: counting(t`training images`, batchSize),
  /** Milliseconds of training; pauses do not count. */
  time: {
    title: t`training time`,
    ofRow: ({ history, rows }, row) =>
      rows === undefined
        ? (history.elapsedMs[row] ?? 0)
        : elapsedAt(history, (rows.lastStep[row] ?? 0) + 1),
    ofStep: ({ history }, step) => elapsedAt(history, step),
  },
};

function elapsedAt(history: RunHistory, step: number): number {
  const row = step <= 0 ? -1 : history.rowOf(step - 1);
  return row < 0 ? 0 : (history.elapsedMs[row] ?? 0);
}

/** A part of the x axis. */
export interface XRange {
  readonly from: number;
  readonly to: number;
}

/** All that the runs have; on a log axis from their first place above 0. Null before two places differ. */
export function fullRange(runs: readonly Placed[], kind: XKind, log: boolean): XRange | null {
  const axis = X_AXES[kind];
  const measured = runs.filter(({ history }) => history.length > 0);
  if (measured.length === 0) return null;
  const to = Math.max(...measured.map((run) => axis.ofRow(run, run.history.length - 1)));
  if (!log) return { from: 0, to: Math.max(to, ...measured.map((run) => axis.ofStep(run, 1))) };
  const starts = measured.map((run) => {
    const first = axis.ofRow(run, 0);
    return first > 0 ? first : axis.ofStep(run, 1);
  });
  const from = Math.min(...starts.filter((x) => x > 0));
  return Number.isFinite(from) ? { from, to: Math.max(to, 2 * from) } : null;
}

/** The last row that ends at or before `x`; -1 where there is none. */
export function rowAt(run: Placed, axis: XAxis, x: number): number {
  let [low, high] = [0, rowsOf(run).length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (axis.ofRow(run, middle) <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Rows `first` ≤ row < `end` that a range shows, with one more at either side so that lines reach its edges. */
export function visibleRows(run: Placed, axis: XAxis, { from, to }: XRange) {
  const first = Math.max(0, rowAt(run, axis, from));
  const end = Math.min(rowsOf(run).length, rowAt(run, axis, to) + 2);
  return { first, end: Math.max(first, end) };
}
