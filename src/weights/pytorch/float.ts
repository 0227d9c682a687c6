/** A Python float: `0.0`, not `0`. */
export const float = (value: number): string =>
  Number.isInteger(value) ? value.toFixed(1) : String(value);
