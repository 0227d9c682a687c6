/** From the runs' histories to what a chart draws: a bounded number of points, at the same cost however long a run is. */
import type { Evaluated, RunHistory } from '../training/history.ts';
import { DrawnLine, type LineOptions, type Point, type Quantity } from './drawnLine.ts';

/** Points of a line at most: one for every three pixels of a chart, so that a redraw of six lines stays below 50 ms. */
export const MAX_POINTS = 160;
/** Test points added to them at most. */
export const MAX_TEST_POINTS = 60;

const lines = new WeakMap<RunHistory, Map<Quantity, DrawnLine>>();

/** The line as last drawn, brought up to date; a new one where the options have changed. */
function lineOf(history: RunHistory, quantity: Quantity, options: LineOptions): Point[] {
  const known = lines.get(history) ?? new Map<Quantity, DrawnLine>();
  lines.set(history, known);
  const before = known.get(quantity);
  const isSame =
    before?.options.smoothing === options.smoothing &&
    before.options.log === options.log &&
    before.options.maxPoints === options.maxPoints;
  const line = before !== undefined && isSame ? before : new DrawnLine(quantity, options);
  known.set(quantity, line);
  return line.update(history);
}

/** Every k-th evaluation, the last one always. */
export function thinOutEvaluations(
  evaluations: readonly Evaluated[],
  maxPoints: number = MAX_TEST_POINTS,
): Evaluated[] {
  const every = Math.max(1, Math.ceil(evaluations.length / maxPoints));
  const kept: Evaluated[] = [];
  for (let i = evaluations.length - 1; i >= 0; i -= every) {
    const evaluation = evaluations[i];
    if (evaluation !== undefined) kept.push(evaluation);
  }
  return kept.reverse();
}

/** A row of the table that Recharts draws: the step, and values under `<run>:train`, `<run>:raw`, `<run>:test`. */
export type ChartRow = { step: number } & Record<string, number>;

/**
 * The training and test curves of several runs in one table, sorted by step.
 * @param unit factor on every value, e.g. 100 for per cent.
 */
export function chartRows(
  runs: readonly { readonly id: string; readonly history: RunHistory }[],
  quantity: Quantity,
  options: { smoothing: number; log: boolean; unit: number; maxPoints?: number },
): ChartRow[] {
  const byStep = new Map<number, ChartRow>();
  const rowAt = (step: number): ChartRow => {
    const found = byStep.get(step);
    if (found !== undefined) return found;
    const row: ChartRow = { step };
    byStep.set(step, row);
    return row;
  };
  const put = (step: number, key: string, value: number) => {
    if (Number.isFinite(value) && (!options.log || value > 0))
      rowAt(step)[key] = value * options.unit;
  };
  const maxPoints = Math.floor(
    (options.maxPoints ?? MAX_POINTS) / Math.max(1, runs.length > 2 ? 2 : 1),
  );
  for (const { id, history } of runs) {
    const { smoothing, log } = options;
    const points = lineOf(history, quantity, { smoothing, log, maxPoints });
    for (const { step, smoothed, raw } of points) {
      put(step, `${id}:train`, smoothed);
      if (options.smoothing > 0) put(step, `${id}:raw`, raw);
    }
    for (const evaluation of thinOutEvaluations(history.evaluations))
      put(evaluation.step, `${id}:test`, evaluation[quantity]);
  }
  return [...byStep.values()].sort((a, b) => a.step - b.step);
}
