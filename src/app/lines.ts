/** Straight lines between two nets on the page. */
import type { LineResult, LineRow } from '../training/studies/study.ts';
import { csvLine } from './csvCell.ts';

/** Training steps count three forward passes; then both splits are tested. */
export const PASSES_PER_POINT = 5;

const SPLITS = ['train', 'test'] as const;
type LineSplit = (typeof SPLITS)[number];

/** 0–1 */
export const errorOf = (row: LineRow, split: LineSplit): number => 1 - row[split].accuracy;

/**
 * Frankle et al. 2020: the highest value on the line less the mean of its ends; at least 0 up to the ends' difference.
 * Null before both ends are known.
 */
export function barrierOf({ rows }: LineResult, value: (row: LineRow) => number): number | null {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first?.alpha !== 0 || last?.alpha !== 1) return null;
  return Math.max(...rows.map(value)) - (value(first) + value(last)) / 2;
}

/** `from,to,alpha,training loss,…` */
export function lineCsv(from: string, to: string, { rows }: LineResult): string {
  const lines = rows.map((row) =>
    csvLine(
      [
        ...[from, to, row.alpha],
        ...SPLITS.flatMap((split) => [row[split].loss, row[split].accuracy]),
      ],
      true,
    ),
  );
  return [
    'from,to,alpha,training loss,training accuracy,test loss,test accuracy',
    ...lines,
    '',
  ].join('\n');
}
