/** Population standard deviation of all values of a layer. */
export function activationStdReference(response: ArrayLike<number>): number {
  const values = Array.from(response);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / values.length);
}
