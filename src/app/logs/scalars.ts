/** A run's numbers under the names that experiment trackers group by: `train/loss`, `grad_norm/conv1.weight`. */
import type { RunHistory } from '../../training/history.ts';
import { layerColumns, measuredRows } from '../measuredRows.ts';

export interface LogRun {
  readonly name: string;
  readonly history: RunHistory;
}

/** What was measured at one step: finite numbers only, in the order of the names. */
interface ScalarRow {
  readonly step: number;
  /** Since the run began, pauses not counted. */
  readonly elapsedMs: number;
  /** Undefined: not measured then. */
  readonly values: readonly (number | undefined)[];
}

const FIXED = [
  ['train/loss', 'trainLoss'],
  ['train/accuracy', 'trainAccuracy'],
  ['train/learning_rate', 'learningRate'],
  ['test/loss', 'testLoss'],
  ['test/accuracy', 'testAccuracy'],
] as const;

export function scalarsOf(history: RunHistory): {
  readonly names: readonly string[];
  readonly rows: Iterable<ScalarRow>;
} {
  const columns = layerColumns([history]);
  const names = [...FIXED.map(([name]) => name), ...columns.map(({ title }) => title)];
  return { names, rows: scalarRows(history, columns) };
}

function* scalarRows(
  history: RunHistory,
  columns: ReturnType<typeof layerColumns>,
): Generator<ScalarRow> {
  let elapsedMs = 0;
  for (const row of measuredRows(history, columns)) {
    elapsedMs = row.elapsedMs ?? elapsedMs;
    const values = [...FIXED.map(([, field]) => row[field]), ...row.layers];
    yield {
      step: row.step,
      elapsedMs,
      values: values.map((value) => (Number.isFinite(value) ? value : undefined)),
    };
  }
}
