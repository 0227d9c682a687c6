/** All series of runs as one CSV table. */
import { csvLine } from './csvCell.ts';
import { layerColumns, measuredRows } from './measuredRows.ts';
import { type Placed, X_AXES } from './xAxis.ts';

export interface CsvRun extends Placed {
  readonly name: string;
}

const FIXED_COLUMNS = [
  'run',
  'step',
  'steps_in_row',
  'epoch',
  'images',
  'elapsed_ms',
  'learning_rate',
  'train_loss',
  'train_accuracy',
  'test_loss',
  'test_accuracy',
] as const;

/** Shortest decimal that gives the same 32-bit float back. */
export function float32(value: number | undefined): number | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/**
 * One line per run and step: `run,step,steps_in_row,epoch,…`, then a column for each parameter or layer and statistic,
 * `grad_norm/<parameter>`, `weight_norm/…`, `update_norm/…`, `activation_std/<layer>`. Yields the lines with their ends.
 *
 * - `step` counts from 0; `epoch` and `images` are what the weights had seen by then.
 * - Rows that hold several steps (`steps_in_row` > 1) give their means at their last step.
 * - Tests, and statistics whose rows are coarser, are filled in where a row ends at their step, and have lines of their
 *   own (`steps_in_row` 0) where none does.
 * - What was not measured is empty, and so is what is not finite.
 */
export function* metricsCsv(runs: readonly CsvRun[]): Generator<string> {
  const columns = layerColumns(runs.map(({ history }) => history));
  yield lineOf([...FIXED_COLUMNS, ...columns.map(({ title }) => title)]);
  for (const run of runs) yield* runLines(run, columns);
}

const lineOf = (cells: readonly (string | number | undefined)[]) => `${csvLine(cells)}\r\n`;

function* runLines(run: CsvRun, columns: ReturnType<typeof layerColumns>): Generator<string> {
  for (const row of measuredRows(run.history, columns)) {
    const { step, stepsInRow, elapsedMs } = row;
    yield lineOf([
      ...[run.name, step, stepsInRow],
      float32(Math.fround(X_AXES.epoch.ofStep(run, step))),
      X_AXES.images.ofStep(run, step),
      elapsedMs === undefined ? undefined : Math.round(elapsedMs),
      ...[row.learningRate, row.trainLoss, row.trainAccuracy].map(float32),
      ...[row.testLoss, row.testAccuracy],
      ...row.layers.map(float32),
    ]);
  }
}

/** Milliseconds at a stretch. */
const SLICE_MS = 12;
const PART_LINES = 500;

/** All lines, in parts for a file, made in slices between which the page answers. */
export async function inSlices(lines: Iterable<string>): Promise<string[]> {
  const parts: string[] = [];
  let part = '';
  let count = 0;
  let startMs = performance.now();
  for (const line of lines) {
    part += line;
    if (++count % PART_LINES === 0) {
      parts.push(part);
      part = '';
    }
    if (performance.now() - startMs < SLICE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    startMs = performance.now();
  }
  return [...parts, part];
}
