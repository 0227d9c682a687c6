/** The y axis of a chart: rounded ends and marks. */
import { linearTicks, logTicks } from './ticks.ts';

export interface ValueAxis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly log: boolean;
}

/** Decades up to which the ends of a log axis are labelled. */
const MAX_LABELLED_ENDS = 4;

/** A log axis reaches to the next half decade, a linear one to the next mark. @param range null: nothing measured. */
export function valueAxis(
  range: readonly [number, number] | null,
  log: boolean,
  fromZero: boolean,
): ValueAxis {
  if (range === null) return { from: log ? 1 : 0, to: log ? 10 : 1, ticks: [], log };
  const [low, high] = range;
  if (!log) {
    const ticks = linearTicks(fromZero ? 0 : low, high === low ? low + 1 : high, 5);
    return { from: ticks[0] ?? low, to: ticks.at(-1) ?? high, ticks, log };
  }
  const lowLog = Math.floor(2 * Math.log10(low)) / 2;
  const highLog = Math.max(lowLog + 0.5, Math.ceil(2 * Math.log10(high)) / 2);
  const [from, to] = [10 ** lowLog, 10 ** highLog];
  // Half decades at the ends would stand too close to the next power where there are many.
  const ends = highLog - lowLog < MAX_LABELLED_ENDS ? [from, to] : [];
  const ticks = [...new Set([...logTicks(lowLog, highLog), ...ends])].sort((a, b) => a - b);
  return { from, to, ticks, log };
}
