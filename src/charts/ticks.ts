/** Where axes have their ticks. */

/** The next 1, 2 or 5 times a power of ten at or above `rough`. */
export function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
}

/**
 * Multiples of a round step that cover the range, about `count` of them.
 * @param whole whole numbers only, as for steps.
 */
export function linearTicks(low: number, high: number, count = 5, whole = false): number[] {
  if (!(high > low)) return [low];
  const rounded = roundStep((high - low) / count);
  const step = whole ? Math.max(1, Math.round(rounded)) : rounded;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** Keeps labels of a log axis apart in plots as low as 140 pixels. */
const MAX_DECADES = 8;

/**
 * Powers of ten between 10^low and 10^high; over less than two decades also 2 and 5 times them, over more than eight
 * only every second (third, …) power.
 */
export function logTicks(low: number, high: number): number[] {
  const factors = high - low < 2 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil((high - low) / MAX_DECADES));
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    if (power % every !== 0) continue;
    for (const factor of factors) {
      const log = power + Math.log10(factor);
      if (log >= low - 1e-9 && log <= high + 1e-9)
        ticks.push(Number((factor * 10 ** power).toPrecision(6)));
    }
  }
  return ticks;
}
