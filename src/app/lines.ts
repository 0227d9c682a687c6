/** Straight lines and curves between two nets on the page. */
import type { CurveResult, LineResult, LineRow } from '../training/studies/study.ts';
import { csvLine } from './csvCell.ts';

const SPLITS = ['train', 'test'] as const;
type LineSplit = (typeof SPLITS)[number];

/** 0–1 */
export const errorOf = (row: LineRow, split: LineSplit): number => 1 - row[split].accuracy;

/**
 * Frankle et al. 2020: the highest value on the line less the mean of its ends; at least 0 up to the ends' difference.
 * Null before both ends are known.
 */
export function barrierOf(
  { rows }: Pick<LineResult, 'rows'>,
  value: (row: LineRow) => number,
): number | null {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first?.alpha !== 0 || last?.alpha !== 1) return null;
  return Math.max(...rows.map(value)) - (value(first) + value(last)) / 2;
}

const SCORES = 'training loss,training accuracy,test loss,test accuracy';
const scoresOf = (row: LineRow): readonly number[] =>
  SPLITS.flatMap((split) => [row[split].loss, row[split].accuracy]);

/** `from,to,alpha,training loss,…` */
export function lineCsv(from: string, to: string, { rows }: LineResult): string {
  const lines = rows.map((row) => csvLine([from, to, row.alpha, ...scoresOf(row)], true));
  return [`from,to,alpha,${SCORES}`, ...lines, ''].join('\n');
}

/** `from,to,bend steps,t,training loss,…`; after 0 steps the curve is the straight line. */
export function curveCsv(from: string, to: string, { curves }: CurveResult): string {
  const lines = curves.flatMap(({ steps, rows }) =>
    rows.map((row) => csvLine([from, to, steps, row.alpha, ...scoresOf(row)], true)),
  );
  return [`from,to,bend steps,t,${SCORES}`, ...lines, ''].join('\n');
}
