/** Moments of all runs, as the charts mark them. */
import type { Marker, RunView } from './state.ts';

/** More than these would cover the chart. */
const MAX_MARKERS = 12;

/**
 * The latest moments in order of their steps. What was done to every run at the same step is one mark without a name;
 * else the runs are named: `Plain-20: shortcuts on`.
 */
export function chartMarkers(runs: readonly Pick<RunView, 'name' | 'markers'>[]): Marker[] {
  const names = new Map<string, string[]>();
  const moments = new Map<string, Marker>();
  for (const { name, markers } of runs) {
    for (const marker of markers) {
      const key = `${marker.step} ${marker.label}`;
      moments.set(key, marker);
      names.set(key, [...(names.get(key) ?? []), name]);
    }
  }
  return [...moments]
    .map(([key, { step, label }]) => {
      const concerned = names.get(key) ?? [];
      const isAll = concerned.length === runs.length;
      return { step, label: isAll ? label : `${concerned.join(', ')}: ${label}` };
    })
    .sort((a, b) => a.step - b.step)
    .slice(-MAX_MARKERS);
}
