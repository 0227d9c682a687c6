/** What references and tests of kernels compute with; float64 throughout. */

/** Element i, NaN outside, so that a reference that strays shows up in its result. */
export const at = (values: ArrayLike<number>, i: number): number => values[i] ?? Number.NaN;

/** Adds to element i. */
export function addTo(values: Float64Array, i: number, term: number): void {
  values[i] = at(values, i) + term;
}

/** A buffer no kernel has written: whatever a kernel leaves out shows up as an error. */
export const unwritten = (length: number): Float32Array =>
  new Float32Array(length).fill(Number.NaN);

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * at(b, i), 0);

/** Derivative of `loss` with respect to each element of `values`, by central differences in float64. */
export function centralDifferences(
  values: ArrayLike<number>,
  loss: (values: Float64Array) => number,
  step = 1e-5,
): Float64Array {
  const point = Float64Array.from(values);
  return point.map((value, i) => {
    const above = loss(point.with(i, value + step));
    return (above - loss(point.with(i, value - step))) / (2 * step);
  });
}
