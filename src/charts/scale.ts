/** Maps values to pixels and back. */
import { linearTicks, logTicks } from './ticks.ts';

/** The values that an axis or a colour scale spans; above 0 if `log`. */
export interface Domain {
  readonly from: number;
  readonly to: number;
  readonly log: boolean;
}

export interface Scale extends Domain {
  /** Pixel of a value. */
  at(value: number): number;
  /** Value at a pixel. */
  invert(pixel: number): number;
}

/** @param domain above 0 if `log`. @param pixels of its two ends. */
export function scaleOf(
  { from, to }: Pick<Domain, 'from' | 'to'>,
  [start, end]: readonly [number, number],
  log: boolean,
): Scale {
  const map = log ? Math.log10 : (value: number) => value;
  const [low, high] = [map(from), map(to)];
  const span = high === low ? 1 : high - low;
  return {
    log,
    from,
    to,
    at: (value) => start + ((map(value) - low) / span) * (end - start),
    invert: (pixel) => {
      const value = low + ((pixel - start) / (end - start)) * span;
      return log ? 10 ** value : value;
    },
  };
}

/** Ticks within a scale. @param count roughly, if it is linear. */
export function ticksOf({ log, from, to }: Scale, count: number, whole = false): number[] {
  if (log) {
    const ticks = logTicks(Math.log10(from), Math.log10(to));
    if (ticks.length >= 2) return ticks;
  }
  const slack = (to - from) * 1e-9;
  return linearTicks(from, to, count, whole).filter(
    (tick) => tick >= from - slack && tick <= to + slack && (!log || tick > 0),
  );
}
