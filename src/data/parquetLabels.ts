/** Labels as Parquet files have them, and the classes they stand for. */
import type { LabelColumn } from './parquetColumns.ts';
import { t } from '../text/t.ts';

/** A class's number, or its name. */
export type RawLabel = number | string;

export const MAX_CLASSES = 1000;
const UTF8 = new TextDecoder('utf-8');

/** @throws Error that ends a sentence such as "row 3 has …" */
export function rawLabel(value: unknown, { name, kind }: LabelColumn): RawLabel {
  if (value === null || value === undefined) throw new Error(t`no label (${name} is null)`);
  if (kind === 'text') {
    const text = value instanceof Uint8Array ? UTF8.decode(value) : value;
    if (typeof text === 'string') return text;
  }
  if (kind === 'boolean' && typeof value === 'boolean') return String(value);
  if (kind === 'number' && (typeof value === 'number' || typeof value === 'bigint')) {
    const label = Number(value);
    if (Number.isSafeInteger(label) && label >= 0) return label;
  }
  throw new Error(t`the label ${String(value).slice(0, 40)}, which is no class`);
}

/** The number of a label's class. @throws Error for a label that no class has */
export function classOf(label: RawLabel, classNames: readonly string[]): number {
  const index = typeof label === 'number' ? label : classNames.indexOf(label);
  if (index >= 0 && index < classNames.length) return index;
  throw new Error(
    typeof label === 'number'
      ? t`label ${label} is not 0–${classNames.length - 1}`
      : t`label ${label} is not the name of a class`,
  );
}

/**
 * The classes of these labels: those the file names, else the names in alphabetical order, as Python's `sorted` has them,
 * else the numbers up to the largest.
 * @throws Error for fewer than 2 classes or more than 1,000
 */
export function classNamesOf(
  labels: Iterable<RawLabel>,
  { name, classNames }: LabelColumn,
): readonly string[] {
  const found = new Set(labels);
  const numbers = [...found].filter((label) => typeof label === 'number');
  const most = numbers.reduce((max, label) => Math.max(max, label), -1);
  const names = [...found].filter((label) => typeof label === 'string').sort(byCodePoint);
  const known = classNames !== null && most < classNames.length ? classNames : null;
  checkCount(names.length > 0 ? names.length : (known?.length ?? most + 1), name);
  if (names.length > 0) return names;
  return known ?? Array.from({ length: most + 1 }, (_, i) => String(i));
}

function checkCount(count: number, column: string): void {
  if (count >= 2 && count <= MAX_CLASSES) return;
  throw new Error(
    count === 1
      ? t`column ${column} has one class; 2 to 1,000 can be told apart`
      : t`column ${column} has ${count.toLocaleString('en-US')} classes; 2 to 1,000 can be told apart`,
  );
}

/** JavaScript itself sorts by UTF-16 units. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
