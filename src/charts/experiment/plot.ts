/** From numbers to places: ranges, scales, smoothing, labels that keep clear of each other. */
import { linearTicks, logTicks } from '../ticks.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  readonly isLog: boolean;
}

export function linearAxis(low: number, high: number, count = 5, whole = false): Axis {
  const ticks = linearTicks(low, high > low ? high : low + 1, count, whole);
  return { low: ticks[0] ?? low, high: ticks.at(-1) ?? high, ticks, isLog: false };
}

/** @param values positive. */
export function logAxis(values: readonly number[]): Axis {
  const logs = values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10);
  if (logs.length === 0) return { low: 0.1, high: 1, ticks: [0.1, 1], isLog: true };
  const [low, high] = [Math.min(...logs) - 0.1, Math.max(...logs) + 0.1];
  return { low: 10 ** low, high: 10 ** high, ticks: logTicks(low, high), isLog: true };
}

/** Where a value lies between the ends of its axis, 0–1. */
export function shareOf({ low, high, isLog }: Axis, value: number): number {
  const f = isLog ? Math.log10 : (x: number) => x;
  return (f(value) - f(low)) / (f(high) - f(low));
}

/** Largest value that is not an outlier: 1.35 times the 85th per cent at most. */
export function robustHigh(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const at = sorted[Math.floor(0.85 * (sorted.length - 1))] ?? 1;
  return Math.min(sorted.at(-1) ?? 1, 1.35 * at);
}

/**
 * Centred moving mean over `window` points, fewer at the ends, that does not reach across `breaks` (indices at which
 * something changed).
 */
export function smoothed(
  values: readonly number[],
  window: number,
  breaks: readonly number[] = [],
): number[] {
  const half = Math.floor(window / 2);
  const edges = [0, ...breaks, values.length];
  return values.map((_, i) => {
    const start = Math.max(...edges.filter((edge) => edge <= i));
    const end = Math.min(...edges.filter((edge) => edge > i));
    const part = values.slice(Math.max(start, i - half), Math.min(end, i + half + 1));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

/** Heights for labels that want `wanted`, at least `gap` apart and within the range; order kept. */
export function spread(
  wanted: readonly number[],
  gap: number,
  top: number,
  bottom: number,
): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const places = [...wanted];
  let above = top - gap;
  for (const i of order) {
    above = Math.max(above + gap, Math.min(bottom, wanted[i] ?? 0));
    places[i] = above;
  }
  let below = bottom + gap;
  for (const i of order.reverse()) {
    below = Math.min(below - gap, places[i] ?? 0);
    places[i] = below;
  }
  return places;
}
