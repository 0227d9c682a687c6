/**
 * The largest eigenvalue of a symmetric matrix that is only known by its products with vectors: power iteration that
 * keeps what it has seen (Lanczos, with full reorthogonalisation).
 */
import { addScaled, dot } from './flatWeights.ts';
import { symmetricEigen } from '../symmetricEigen.ts';

interface Largest {
  readonly value: number;
  /** ‖product − value · vector‖: some eigenvalue is this near to `value`, were the products exact. */
  readonly residual: number;
  /** Of length 1. */
  readonly vector: Float32Array;
  readonly products: number;
}

interface LanczosOptions<T> {
  readonly start: Float32Array;
  /** matrix · vector; yields what the caller wants to be told. */
  readonly product: (vector: Float32Array, done: number) => AsyncGenerator<T, Float64Array, void>;
  /** Products to make however small the residual is: a start beside an eigenvector hides a larger eigenvalue. */
  readonly least: number;
  readonly most: number;
  /** The residual, relative to the value, at which to stop. */
  readonly tolerance: number;
}

export async function* largestEigenvalue<T>(
  options: LanczosOptions<T>,
): AsyncGenerator<T, Largest, void> {
  const { start, product, least, most, tolerance } = options;
  const basis: Float32Array[] = [normalised(start)];
  const diagonal: number[] = [];
  const beside: number[] = [];
  for (;;) {
    const last = basis.at(-1);
    if (last === undefined) throw new Error('no vector');
    const rest = yield* product(last, diagonal.length);
    diagonal.push(dot(last, rest));
    // Twice is enough (Parlett): once leaves what rounding made of the first time.
    for (let time = 0; time < 2; time++) {
      for (const vector of basis) addScaled(rest, -dot(vector, rest), vector);
    }
    const length = Math.sqrt(dot(rest, rest));
    const { values, vectors } = symmetricEigen(tridiagonal(diagonal, beside));
    const [value = Number.NaN] = values;
    const [weights = []] = vectors;
    const residual = length * Math.abs(weights.at(-1) ?? 0);
    const isNear = residual <= tolerance * Math.abs(value) && diagonal.length >= least;
    const isDone = isNear || diagonal.length === most;
    if (isDone || !(length > 0)) {
      const vector = new Float32Array(start.length);
      for (const [i, one] of basis.entries()) addScaled(vector, weights[i] ?? 0, one);
      return { value, residual, vector, products: diagonal.length };
    }
    beside.push(length);
    basis.push(Float32Array.from(rest, (x) => x / length));
  }
}

const tridiagonal = (diagonal: readonly number[], beside: readonly number[]) =>
  diagonal.map((value, i) =>
    diagonal.map((_, j) =>
      i === j ? value : Math.abs(i - j) === 1 ? (beside[Math.min(i, j)] ?? 0) : 0,
    ),
  );

function normalised(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((x) => x / length);
}
