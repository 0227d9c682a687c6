/** Rows of steps, each of which may hold several. */

/** The row that holds `step`, or the last one before it; -1 where there is none. @param firstStep rising, of `length` rows. */
export function rowOf(firstStep: Uint32Array, length: number, step: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((firstStep[middle] ?? 0) <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
