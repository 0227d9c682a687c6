/** What runs have measured, step by step and column by column: what tables and logs are written from. */
import type { RunHistory } from '../training/history.ts';
import type { StatisticKind } from '../training/measurements.ts';
import { valueAt } from './column.ts';

/** A series of one layer or parameter. */
interface LayerColumn {
  /** `grad_norm/conv1.weight` */
  readonly title: string;
  readonly kind: StatisticKind | 'gradNorm';
  readonly name: string;
}

/** Undefined: not measured at that step. */
interface MeasuredRow {
  readonly step: number;
  /** 0: nothing but a test, or statistics whose rows are coarser, ends at this step. */
  readonly stepsInRow: number;
  /** Training time, pauses not counted. */
  readonly elapsedMs: number | undefined;
  readonly learningRate: number | undefined;
  readonly trainLoss: number | undefined;
  readonly trainAccuracy: number | undefined;
  readonly testLoss: number | undefined;
  readonly testAccuracy: number | undefined;
  /** In the order of the columns. */
  readonly layers: readonly (number | undefined)[];
}

const STATISTIC_TITLES: readonly (readonly [string, StatisticKind])[] = [
  ['weight_norm', 'weightNorm'],
  ['update_norm', 'updateNorm'],
  ['activation_std', 'activationStd'],
];

const unique = (names: readonly string[]) => [...new Set(names)];

/** The series of layers and parameters that any of the histories has. */
export function layerColumns(histories: readonly RunHistory[]): LayerColumn[] {
  const gradients = unique(histories.flatMap(({ parameterNames }) => parameterNames));
  const measured = histories.filter(({ statistics }) => statistics.length > 0);
  return [
    ...gradients.map((name) => ({ kind: 'gradNorm' as const, name, title: `grad_norm/${name}` })),
    ...STATISTIC_TITLES.flatMap(([title, kind]) =>
      unique(measured.flatMap(({ statistics }) => statistics.namesOf(kind))).map((name) => ({
        ...{ kind, name },
        title: `${title}/${name}`,
      })),
    ),
  ];
}

/**
 * One row per step at which something was measured, in order. A row of the history that holds several steps gives their
 * means at its last one.
 */
export function* measuredRows(
  history: RunHistory,
  columns: readonly LayerColumn[],
): Generator<MeasuredRow> {
  const places = columns.map(({ kind, name }) =>
    kind === 'gradNorm'
      ? history.parameterNames.indexOf(name)
      : history.statistics.namesOf(kind).indexOf(name),
  );
  const statistics = columns.map(({ kind }, i) => {
    const place = places[i] ?? -1;
    return kind === 'gradNorm' || place < 0 ? null : history.statistics.columnOf(kind, place);
  });
  const rowAtStep = rowsByStep(history);
  const tests = new Map(history.evaluations.map((evaluation) => [evaluation.step, evaluation]));
  const statisticRows = rowsByStep(history.statistics);
  const steps = new Set([...rowAtStep.keys(), ...tests.keys(), ...statisticRows.keys()]);
  for (const step of [...steps].sort((a, b) => a - b)) {
    const row = rowAtStep.get(step);
    const test = tests.get(step);
    const statisticRow = statisticRows.get(step);
    const norms = row === undefined ? undefined : history.row('gradNorm', row);
    const at = (values: ArrayLike<number>) => (row === undefined ? undefined : values[row]);
    yield {
      step,
      stepsInRow: at(history.steps) ?? 0,
      elapsedMs: at(history.elapsedMs),
      learningRate: at(history.learningRate),
      trainLoss: at(history.loss.mean),
      trainAccuracy: at(history.accuracy.mean),
      testLoss: test?.loss,
      testAccuracy: test?.accuracy,
      layers: statistics.map((column, i) => {
        if (column === null) return norms?.[places[i] ?? -1];
        return statisticRow === undefined ? undefined : valueAt(column, statisticRow);
      }),
    };
  }
}

/** The rows by the step that each ends at. */
function rowsByStep(rows: { readonly length: number; readonly lastStep: Uint32Array }) {
  return new Map(Array.from({ length: rows.length }, (_, row) => [rows.lastStep[row] ?? 0, row]));
}
