/** Axes: the values they span and where their ticks are. */
import type { Domain } from './scale.ts';
import { linearTicks, logTicks } from './ticks.ts';

export interface Axis extends Domain {
  readonly ticks: readonly number[];
}

/** Extends to the ticks around `low` and `high`. @param whole ticks at whole numbers only. */
export function linearAxis(low: number, high: number, count = 5, whole = false): Axis {
  const ticks = linearTicks(low, high > low ? high : low + 1, count, whole);
  return { from: ticks[0] ?? low, to: ticks.at(-1) ?? high, ticks, log: false };
}

/** A tenth of a decade beyond the smallest and the largest positive value. */
export function logAxis(values: readonly number[]): Axis {
  const logs = values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10);
  if (logs.length === 0) return { from: 0.1, to: 1, ticks: [0.1, 1], log: true };
  const [low, high] = [Math.min(...logs) - 0.1, Math.max(...logs) + 0.1];
  return { from: 10 ** low, to: 10 ** high, ticks: logTicks(low, high), log: true };
}

/** Decades up to which the ends of a log axis are labelled. */
const MAX_LABELLED_ENDS = 4;

/**
 * The y axis of a line chart: a log axis extends to the next half decade, a linear one to the next tick.
 * @param range null: nothing measured yet.
 */
export function valueAxis(
  range: readonly [number, number] | null,
  log: boolean,
  fromZero: boolean,
): Axis {
  if (range === null) return { from: log ? 1 : 0, to: log ? 10 : 1, ticks: [], log };
  const [low, high] = range;
  if (!log) return linearAxis(fromZero ? 0 : low, high === low ? low + 1 : high);
  const lowLog = Math.floor(2 * Math.log10(low)) / 2;
  const highLog = Math.max(lowLog + 0.5, Math.ceil(2 * Math.log10(high)) / 2);
  const [from, to] = [10 ** lowLog, 10 ** highLog];
  // On longer axes, labelled half decades would crowd the next power of ten.
  const ends = highLog - lowLog < MAX_LABELLED_ENDS ? [from, to] : [];
  const ticks = [...new Set([...logTicks(lowLog, highLog), ...ends])].sort((a, b) => a - b);
  return { from, to, ticks, log };
}
