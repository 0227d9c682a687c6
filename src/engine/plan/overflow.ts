/**
 * Running statistics that overflow. The loss may stay finite then, because 1/√∞ is 0: a layer whose responses are all β
 * looks healthy in every other number of a step.
 */
import type { LayerGraph } from '../../model/graph.ts';
import type { StateLayout } from './layout.ts';

/**
 * A running statistic past this, NaN included, has overflowed. Engines sum squares over a channel in different ways and
 * precisions, and each of them holds sums of this size over 2²⁶ values and a factor of 100 to spare: so all engines find
 * an overflow at the same step.
 */
export const MOST_STATISTIC = 1e28;

export const overflows = (value: number): boolean => !(Math.abs(value) < MOST_STATISTIC);

/**
 * The first channel of the buffer `running` whose mean or variance has overflowed, as its place among the means; −1 if
 * none has.
 */
export function overflowIn(running: Float32Array): number {
  const half = running.length / 2;
  for (let i = 0; i < half; i++) {
    if (overflows(running[i] ?? 0) || overflows(running[half + i] ?? 0)) return i;
  }
  return -1;
}

/** The running variance at a place that `overflowIn` gave, by name; null for −1. */
export function overflowedStatistic(
  { runningStatistics }: Pick<LayerGraph, 'runningStatistics'>,
  { statisticOf }: StateLayout,
  place: number,
): string | null {
  // Each mean is followed by its variance.
  const mean = runningStatistics.findIndex(({ name, initial }) => {
    const { offset = 0, length = 0 } = statisticOf.get(name) ?? {};
    return initial === 0 && offset <= place && place < offset + length;
  });
  return mean < 0 ? null : (runningStatistics[mean + 1]?.name ?? null);
}
