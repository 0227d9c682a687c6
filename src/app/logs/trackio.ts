/** CSV as `trackio.import_csv` takes it: `step`, `timestamp`, then a column for every series; one file a run. */
import { float32 } from '../csv.ts';
import { csvLine } from '../csvCell.ts';
import { type LogRun, scalarsOf } from './scalars.ts';

/** Lines with their ends. @param startMs when the run began, since 1970. */
export function* trackioCsv({ history }: LogRun, startMs: number): Generator<string> {
  const { names, rows } = scalarsOf(history);
  yield lineOf(['step', 'timestamp', ...names]);
  for (const { step, elapsedMs, values } of rows) {
    yield lineOf([step, new Date(startMs + elapsedMs).toISOString(), ...values.map(float32)]);
  }
}

const lineOf = (cells: readonly (string | number | undefined)[]) => `${csvLine(cells)}\n`;
