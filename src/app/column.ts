/** One number per row, read from where it lies among others. */
export interface Column {
  readonly values: Float32Array;
  /** Numbers of a row, and which of them is meant. */
  readonly stride: number;
  readonly offset: number;
  /** The index of the number that it is divided by. */
  readonly divisor?: number;
  /** Factor, 1 if left out. */
  readonly unit?: number;
}

/** A column that is an array. */
export const plainColumn = (values: Float32Array, unit = 1): Column => ({
  ...{ values, stride: 1, offset: 0, unit },
});

/** NaN where there is none. */
export function valueAt(
  { values, stride, offset, divisor, unit = 1 }: Column,
  row: number,
): number {
  const value = unit * (values[row * stride + offset] ?? Number.NaN);
  return divisor === undefined ? value : value / (values[row * stride + divisor] ?? Number.NaN);
}

/** A column with its smallest and largest values within each row. Must be rebuilt when rows may have moved. */
export interface Track {
  readonly mean: Column;
  readonly min: Column;
  readonly max: Column;
}
