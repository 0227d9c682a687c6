/** Moments of all runs, as the charts mark them. */
import type { Mark } from '../training/checkpoint/checkpoint.ts';
import { t } from '../text/t.ts';
import { listed } from './words.ts';
import type { Placed, XAxis } from './xAxis.ts';

/** A mark's label in the page's language; it is kept, and exported, in English. */
export function shownLabel(label: string): string {
  for (const [pattern, say] of LABELS) {
    const found = pattern.exec(label);
    if (found !== null) return say(found[1] ?? '', found[2] ?? '');
  }
  return label;
}

/** As training writes them (`training/changes.ts`, `training/runCommands.ts`). */
const LABELS: readonly (readonly [RegExp, (first: string, second: string) => string])[] = [
  [/^resumed$/, () => t`resumed`],
  [/^shortcuts on$/, () => t`shortcuts on`],
  [/^shortcuts off$/, () => t`shortcuts off`],
  [/^(\S+) shortcut on$/, (block) => t`${block} shortcut on`],
  [/^(\S+) shortcut cut$/, (block) => t`${block} shortcut cut`],
  [/^learning rate (.+)$/, (rate) => t`learning rate ${rate}`],
  [/^cosine over (\d+) steps$/, (steps) => t`cosine over ${steps} steps`],
  [
    /^back to step (\d+), learning rate (.+)$/,
    (step, rate) => t`back to step ${step}, learning rate ${rate}`,
  ],
  [/^weights of (.+)$/, (source) => t`weights of ${source}`],
  [/^new device, from step (\d+)$/, (step) => t`new device, from step ${step}`],
  [/^(.+), from step (\d+)$/, (engine, step) => t`${engine}, from step ${step}`],
];

/** More than these would cover the chart. */
const MAX_MARKERS = 12;

export interface EventMark {
  /** On the x axis. */
  readonly x: number;
  readonly label: string;
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
    .map(({ x, label, names }) => ({
      x,
      label:
        names.length === runs.length
          ? shownLabel(label)
          : t`${listed(names)}: ${shownLabel(label)}`,
    }));
}
