/** The table of runs: live and stored ones, in any order, compared with a baseline. */
import type { RunConfig } from '../../model/config.ts';
import type { RunId } from '../../training/runIdentity.ts';
import { differences } from '../configDifferences.ts';
import type { Measures } from './measures.ts';
import type { StoredRun } from './storedRun.ts';
import { t } from '../../text/t.ts';

/** A run; `id` is that under which the library stores it, or would. */
export interface LibraryRow
  extends Measures,
    Pick<StoredRun, 'id' | 'colourIndex' | 'config' | 'status' | 'parameters'> {
  /** The live run's id; null: it is only stored. */
  readonly runId: RunId | null;
  /** Null: it is not stored yet. */
  readonly stored: StoredRun | null;
  readonly name: string;
  /** What tells it from the baseline. */
  readonly changes: readonly string[];
  /** When it was stored, milliseconds since 1970; null: it is live. */
  readonly dateMs: number | null;
}

/** Whether more is better, worse, or neither. */
type Sense = 'more' | 'less' | 'evener' | 'none';

export interface Column {
  readonly key: string;
  readonly title: string;
  /** Longer, for those who wonder. */
  readonly hint?: string;
  readonly sense: Sense;
  /** Null where it is not known; sorts last. */
  value(row: LibraryRow): number | null;
}

/** Numeric columns, in order. Their formats are the table's. */
export const COLUMNS = [
  { key: 'parameters', title: t`Parameters`, sense: 'none', value: (row) => row.parameters },
  { key: 'step', title: t`Steps`, sense: 'none', value: (row) => row.step },
  {
    key: 'bestAccuracy',
    title: t`Best test`,
    hint: t`Best accuracy on the test images`,
    sense: 'more',
    value: (row) => row.bestAccuracy,
  },
  {
    key: 'lastAccuracy',
    title: t`Last test`,
    hint: t`Accuracy at the last test`,
    sense: 'more',
    value: (row) => row.lastAccuracy,
  },
  {
    key: 'gradientRatio',
    title: t`‖∇‖ first ÷ last`,
    hint: t`Gradient norm of the first layer over that of the last convolution, over the last 50 steps: 1 is even`,
    sense: 'evener',
    value: (row) => row.gradientRatio,
  },
  {
    key: 'imagesPerSecond',
    title: t`Images/s`,
    hint: t`Mean over the run, pauses not counted`,
    sense: 'more',
    value: (row) => row.imagesPerSecond,
  },
] as const satisfies readonly Column[];

export type ColumnKey = (typeof COLUMNS)[number]['key'];
export type SortKey = 'name' | 'date' | ColumnKey;

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** Sorted by one column; what has no value there comes last either way. Equal rows stay in their order. */
export function sortRows(rows: readonly LibraryRow[], { key, descending }: Sorting): LibraryRow[] {
  const sign = descending ? -1 : 1;
  if (key === 'name') {
    return [...rows].sort(
      (a, b) => sign * a.name.localeCompare(b.name, undefined, { numeric: true }),
    );
  }
  const column = COLUMNS.find((candidate) => candidate.key === key);
  const placeOf = (row: LibraryRow): number | null =>
    // What trains now is newer than whatever was kept.
    column === undefined ? (row.dateMs ?? Number.MAX_VALUE) : column.value(row);
  return [...rows].sort((a, b) => {
    const [x, y] = [placeOf(a), placeOf(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (x - y);
  });
}

/** A value less the baseline's. */
export interface Delta {
  readonly amount: number;
  /** Null: neither better nor worse. */
  readonly isBetter: boolean | null;
}

/** Null where one of them has no value, or they are the same. */
export function deltaOf(column: Column, row: LibraryRow, baseline: LibraryRow): Delta | null {
  const [value, base] = [column.value(row), column.value(baseline)];
  if (value === null || base === null || value === base) return null;
  const amount = value - base;
  switch (column.sense) {
    case 'more':
      return { amount, isBetter: amount > 0 };
    case 'less':
      return { amount, isBetter: amount < 0 };
    case 'evener':
      return { amount, isBetter: unevenness(value) < unevenness(base) };
    case 'none':
      return { amount, isBetter: null };
  }
}

/** How far a ratio is from 1, by factors. */
const unevenness = (ratio: number): number => Math.abs(Math.log(ratio));

/** A row with what tells it from `base`; null: there is nothing to compare it with. */
export const withChanges = (
  row: Omit<LibraryRow, 'changes'>,
  base: RunConfig | null,
): LibraryRow => ({ ...row, changes: base === null ? [] : differences(row.config, base) });
