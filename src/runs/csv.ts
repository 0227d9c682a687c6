/** All series of all runs as one CSV table. */
import type { RunHistory } from '../training/history.ts';

export interface CsvRun {
  readonly name: string;
  readonly history: RunHistory;
}

const FIXED_COLUMNS = [
  'run',
  'step',
  'steps_in_row',
  'elapsed_ms',
  'learning_rate',
  'train_loss',
  'train_accuracy',
  'test_loss',
  'test_accuracy',
] as const;

/** Quoted where a comma, a quote or a line break asks for it (RFC 4180). */
function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

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
 * One line a run and step, `run,step,…,grad_norm/<parameter>…`. Rows that hold several steps (`steps_in_row` > 1) give
 * their means at their last step. Test columns are filled where the run was evaluated, on lines of their own where no
 * training row ends at that step.
 */
export function metricsCsv(runs: readonly CsvRun[]): string {
  const parameters = [...new Set(runs.flatMap(({ history }) => history.parameterNames))];
  const header = [...FIXED_COLUMNS, ...parameters.map((name) => `grad_norm/${name}`)];
  const lines = runs.flatMap((run) => runLines(run, parameters));
  return `${[header.map(cell).join(','), ...lines].join('\r\n')}\r\n`;
}

function runLines({ name, history }: CsvRun, parameters: readonly string[]): string[] {
  const columnOf = new Map(history.parameterNames.map((parameter, p) => [parameter, p]));
  const tests = new Map(history.evaluations.map((evaluation) => [evaluation.step, evaluation]));
  const lines: { step: number; text: string }[] = [];
  for (let row = 0; row < history.length; row++) {
    const step = history.lastStep[row] ?? 0;
    const test = tests.get(step);
    tests.delete(step);
    const gradNorm = history.gradNormRow(row);
    const cells = [
      name,
      step,
      history.steps[row],
      Math.round(history.elapsedMs[row] ?? 0),
      float32(history.learningRate[row]),
      float32(history.loss.mean[row]),
      float32(history.accuracy.mean[row]),
      test?.loss,
      test?.accuracy,
      ...parameters.map((parameter) => float32(gradNorm[columnOf.get(parameter) ?? -1])),
    ];
    lines.push({ step, text: cells.map(cell).join(',') });
  }
  for (const { step, loss, accuracy } of tests.values()) {
    const blanks = parameters.map(() => undefined);
    const cells = [name, step, 0, undefined, undefined, undefined, undefined, loss, accuracy];
    lines.push({ step, text: [...cells, ...blanks].map(cell).join(',') });
  }
  return lines.sort((a, b) => a.step - b.step).map(({ text }) => text);
}
