/**
 * Mean of the middle half: steadies the rounding of timestamps, which a median would keep, and leaves out what a busy
 * machine disturbed. NaN of nothing.
 */
export function middleMean(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = Math.floor(sorted.length / 4);
  const middle = sorted.slice(cut, sorted.length - cut);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
