/** A layer's output for one image, in a few numbers. */

export interface Summary {
  readonly mean: number;
  /** Standard deviation. */
  readonly deviation: number;
  readonly smallest: number;
  readonly largest: number;
  /** Share of values that are exactly 0. */
  readonly zeros: number;
}

export function summarise(values: Float32Array): Summary {
  let [sum, squares, zeros] = [0, 0, 0];
  let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    sum += value;
    squares += value * value;
    if (value === 0) zeros++;
    smallest = Math.min(smallest, value);
    largest = Math.max(largest, value);
  }
  const mean = sum / values.length;
  const deviation = Math.sqrt(Math.max(0, squares / values.length - mean * mean));
  return { mean, deviation, smallest, largest, zeros: zeros / values.length };
}

/** The share of all values that a scale may cut off, so that one outlier does not darken the rest. */
const CUT = 0.002;
const BINS = 1024;

/** An |value| that all but a few of the values stay below; 0 where all are 0. */
export function robustExtent(layers: readonly Float32Array[]): number {
  let largest = 0;
  let count = 0;
  for (const values of layers) {
    count += values.length;
    for (const value of values) {
      const size = Math.abs(value);
      if (size > largest && Number.isFinite(size)) largest = size;
    }
  }
  if (largest === 0) return 0;
  const bins = new Uint32Array(BINS + 1);
  for (const values of layers) {
    for (const value of values) {
      const bin = Math.floor((Math.abs(value) / largest) * BINS);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
  }
  let above = 0;
  for (let bin = BINS; bin > 0; bin--) {
    above += bins[bin] ?? 0;
    if (above > CUT * count) return (largest * Math.min(BINS, bin + 1)) / BINS;
  }
  return largest / BINS;
}
