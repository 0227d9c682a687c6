import { expect, it } from 'vitest';
import { largestEigenvalue } from './lanczos.ts';

/** Eigenvalues 1 … n in a turned basis (a Householder reflection), less `shift`. */
function spectrum(n: number, shift: number) {
  const axis = Array.from({ length: n }, (_, i) => Math.cos(3 * i));
  const square = axis.reduce((sum, x) => sum + x * x, 0);
  const reflect = (v: ArrayLike<number>) => {
    const along = axis.reduce((sum, x, i) => sum + x * (v[i] ?? 0), 0);
    return axis.map((x, i) => (v[i] ?? 0) - (2 * along * x) / square);
  };
  return (v: Float32Array) =>
    Float64Array.from(reflect(reflect(v).map((x, i) => (i + 1 - shift) * x)));
}

async function largest(n: number, shift: number, most: number, tolerance: number) {
  const times = spectrum(n, shift);
  const found = largestEigenvalue<never>({
    start: Float32Array.from({ length: n }, (_, i) => Math.sin(1 + i)),
    // biome-ignore lint/correctness/useYield: nothing to tell
    product: async function* (vector) {
      return times(vector);
    },
    ...{ least: 1, most, tolerance },
  });
  const { value, done } = await found.next();
  if (!done) throw new Error('it was not done');
  return { ...value, times };
}

it('finds the largest eigenvalue and its vector', async () => {
  const { value, vector, times, residual, products } = await largest(60, 0, 60, 1e-3);
  expect(value).toBeCloseTo(60, 3);
  expect(products).toBeLessThan(40);
  const off = times(vector).map((x, i) => x - value * (vector[i] ?? 0));
  expect(Math.hypot(...off)).toBeCloseTo(residual, 3);
});

it('finds the largest, not that of the largest size', async () => {
  expect((await largest(30, 28, 30, 1e-6)).value).toBeCloseTo(2, 4);
});

it('stops at the number of products it may make, and says how far it is', async () => {
  const { value, residual, products } = await largest(60, 0, 3, 1e-9);
  expect(products).toBe(3);
  expect(value).toBeLessThan(60);
  expect(residual).toBeGreaterThan(0.1);
});

it('finds the largest also from a start beside another eigenvector', async () => {
  const values = [10, 6, 3, 2, 1];
  const from = async (least: number) => {
    const found = largestEigenvalue<never>({
      start: Float32Array.of(0.03, 1, 0.01, 0, 0),
      product: async function* (vector) {
        return Float64Array.from(vector, (x, i) => x * (values[i] ?? 0));
      },
      ...{ least, most: 5, tolerance: 0.05 },
    });
    return (await found.next()).value?.value;
  };
  expect(await from(1)).toBeCloseTo(6, 1);
  expect(await from(4)).toBeCloseTo(10, 3);
});
