/** Where axes put their marks. */

/**
 * Multiples of 1, 2 or 5 times a power of ten that cover the range, about `count` of them.
 * @param whole no fractions, for steps.
 */
export function linearTicks(low: number, high: number, count = 5, whole = false): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough) ?? 10;
  const step = whole ? Math.max(1, Math.round(factor * power)) : factor * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** Labels of a log axis stand clear of each other down to a plot 140 pixels high. */
const MAX_DECADES = 8;

/**
 * Powers of ten within the range of logarithms; over less than two decades also 2 and 5 times them, over more than
 * eight only every second (third, ...) power.
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
