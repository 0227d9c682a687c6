/** Moments of all runs, as the charts mark them. */
import type { Mark } from '../training/checkpoint/checkpoint.ts';
import { t } from '../text/t.ts';
import { listed } from '../text/language.ts';
import { markWords } from '../training/markWords.ts';
import type { Placed, XAxis } from './xAxis.ts';

/** More than these would cover the chart. */
const MAX_MARKERS = 12;

export interface EventMark {
  /** On the x axis. */
  readonly x: number;
  readonly label: string;
  /** The runs that it names; null: all. */
  readonly who: string | null;
}

/**
 * The latest moments in order of their steps. What was done to every run at the same step is one mark without a name;
 * else the runs are named: `Plain-20: shortcuts on`.
 */
export function chartMarkers(
  runs: readonly (Placed & { readonly name: string; readonly markers: readonly Mark[] })[],
  axis: XAxis,
): EventMark[] {
  const marks = new Map<string, Mark & { x: number; names: string[] }>();
  for (const run of runs) {
    for (const { step, label } of run.markers) {
      const key = `${step} ${label}`;
      const known = marks.get(key);
      if (known === undefined)
        marks.set(key, { step, label, x: axis.ofStep(run, step), names: [run.name] });
      else known.names.push(run.name);
    }
  }
  return [...marks.values()]
    .sort((a, b) => a.step - b.step)
    .slice(-MAX_MARKERS)
    .map(({ x, label, names }) => {
      const who = names.length === runs.length ? null : listed(names);
      const words = markWords(label);
      return { x, who, label: who === null ? words : t`${who}: ${words}` };
    });
}
