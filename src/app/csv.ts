/** All series of runs as one CSV table. */
import type { StatisticKind } from '../training/measurements.ts';
import { valueAt } from './column.ts';
import { csvCell } from './csvCell.ts';
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

const STATISTIC_COLUMNS: readonly (readonly [string, StatisticKind])[] = [
  ['weight_norm', 'weightNorm'],
  ['update_norm', 'updateNorm'],
  ['activation_std', 'activationStd'],
];

/** Shortest decimal that gives the same 32-bit float back. */
export function float32(value: number | undefined): number | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

const unique = (names: readonly string[]) => [...new Set(names)];

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
  const parameters = unique(runs.flatMap(({ history }) => history.parameterNames));
  const statistics = STATISTIC_COLUMNS.flatMap(([column, kind]) => {
    const measured = runs.filter(({ history }) => history.statistics.length > 0);
    const names = unique(measured.flatMap(({ history }) => history.statistics.namesOf(kind)));
    return names.map((name) => ({ kind, name, title: `${column}/${name}` }));
  });
  const titles = [
    ...FIXED_COLUMNS,
    ...parameters.map((name) => `grad_norm/${name}`),
    ...statistics.map(({ title }) => title),
  ];
  yield lineOf(titles);
  for (const run of runs) yield* runLines(run, parameters, statistics);
}

const lineOf = (cells: readonly (string | number | undefined)[]) =>
  `${cells.map(csvCell).join(',')}\r\n`;

interface StatisticColumn {
  readonly kind: StatisticKind;
  readonly name: string;
}

function* runLines(
  run: CsvRun,
  parameters: readonly string[],
  statistics: readonly StatisticColumn[],
): Generator<string> {
  const { name, history } = run;
  const gradients = parameters.map((parameter) => history.parameterNames.indexOf(parameter));
  const rowAtStep = rowsByStep(history);
  const tests = new Map(history.evaluations.map((evaluation) => [evaluation.step, evaluation]));
  const statisticRows = rowsByStep(history.statistics);
  const columns = statistics.map((column) => {
    const index = history.statistics.namesOf(column.kind).indexOf(column.name);
    return index < 0 ? null : history.statistics.columnOf(column.kind, index);
  });
  const steps = new Set([...rowAtStep.keys(), ...tests.keys(), ...statisticRows.keys()]);
  for (const step of [...steps].sort((a, b) => a - b)) {
    const row = rowAtStep.get(step);
    const test = tests.get(step);
    const statisticRow = statisticRows.get(step);
    const norms = row === undefined ? undefined : history.row('gradNorm', row);
    const at = <T>(value: (row: number) => T) => (row === undefined ? undefined : value(row));
    yield lineOf([
      ...[name, step, at((i) => history.steps[i]) ?? 0],
      float32(Math.fround(X_AXES.epoch.ofStep(run, step))),
      X_AXES.images.ofStep(run, step),
      at((i) => Math.round(history.elapsedMs[i] ?? 0)),
      at((i) => float32(history.learningRate[i])),
      at((i) => float32(history.loss.mean[i])),
      at((i) => float32(history.accuracy.mean[i])),
      ...[test?.loss, test?.accuracy],
      ...gradients.map((parameter) => float32(norms?.[parameter])),
      ...columns.map((column) =>
        column === null || statisticRow === undefined
          ? undefined
          : float32(valueAt(column, statisticRow)),
      ),
    ]);
  }
}

/** The rows by the step that each ends at. */
function rowsByStep(rows: { readonly length: number; readonly lastStep: Uint32Array }) {
  return new Map(Array.from({ length: rows.length }, (_, row) => [rows.lastStep[row] ?? 0, row]));
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
