/** The campaign's result: a line a kind of fault, and how to reproduce what failed. */
import { type CaseResult, isGood, VERDICTS } from './verdict.ts';

const COLUMNS = ['fault', 'cases', 'faults', 'steps lost: median', 'max', 'seconds lost: max'];

/** A Markdown table. */
export function tableOf(results: readonly CaseResult[]): string {
  const kinds = [...new Set(results.map(({ kind }) => kind))];
  const used = VERDICTS.filter((verdict) => results.some((result) => result.verdict === verdict));
  const rows = [...kinds, null].map((kind) => {
    const of = results.filter((result) => kind === null || result.kind === kind);
    const lost = of.flatMap(({ stepsLost }) => stepsLost);
    const seconds = of.flatMap(({ secondsLost }) => secondsLost);
    return [
      kind ?? 'all',
      of.length,
      of.reduce((sum, { faults }) => sum + faults, 0),
      median(lost),
      Math.max(0, ...lost),
      Math.max(0, ...seconds).toFixed(1),
      ...used.map((verdict) => of.filter((result) => result.verdict === verdict).length),
    ];
  });
  const lines = [[...COLUMNS, ...used], Array(COLUMNS.length + used.length).fill('---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A command for each case that failed, with what was found. */
export const failuresOf = (results: readonly CaseResult[]): string[] =>
  results
    .filter(({ verdict }) => !isGood(verdict))
    .map(
      ({ kind, seed, verdict, note }) =>
        `npm run faults -- --only ${kind} --seed ${seed} --faults 1   # ${verdict}: ${note}`,
    );

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
