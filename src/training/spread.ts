/** Mean, smallest and largest value of each row of a history. */

/** Per row: mean, smallest and largest over its steps. */
export interface Spread {
  mean: Float32Array;
  min: Float32Array;
  max: Float32Array;
}

/** Of `rows` rows. */
export function emptySpread(rows: number): Spread {
  return {
    mean: new Float32Array(rows),
    min: new Float32Array(rows),
    max: new Float32Array(rows),
  };
}

/** A copy with room for `rows` rows. */
export function grownSpread(from: Spread, rows: number): Spread {
  const to = emptySpread(rows);
  to.mean.set(from.mean);
  to.min.set(from.min);
  to.max.set(from.max);
  return to;
}

/** Row `row`, which holds `before` steps, takes another one. */
export function take(spread: Spread, row: number, before: number, value: number): void {
  const mean = before === 0 ? 0 : (spread.mean[row] ?? 0);
  spread.mean[row] = mean + (value - mean) / (before + 1);
  spread.min[row] = before === 0 ? value : Math.min(spread.min[row] ?? value, value);
  spread.max[row] = before === 0 ? value : Math.max(spread.max[row] ?? value, value);
}

/** Row `row` takes over rows `a` and `b`, each with its number of steps. */
export function mergeSpread(
  { mean, min, max }: Spread,
  row: number,
  [a, stepsA]: readonly [number, number],
  [b, stepsB]: readonly [number, number],
): void {
  mean[row] = weighted([mean[a] ?? 0, stepsA], [mean[b] ?? 0, stepsB]);
  min[row] = Math.min(min[a] ?? 0, min[b] ?? 0);
  max[row] = Math.max(max[a] ?? 0, max[b] ?? 0);
}

/** Mean of two values by their weights. */
export function weighted([a, weightA]: [number, number], [b, weightB]: [number, number]): number {
  return (a * weightA + b * weightB) / (weightA + weightB);
}
