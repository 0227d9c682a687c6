import type { MovingParameter } from '../../../plan/chunks.ts';
import { NEWTON_SCHULZ } from '../../../plan/filterStrips.ts';
import { at } from '../../../testing/numeric.ts';

interface MuonSettings {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly learningRate: number;
}

/** Matrices of several chunks, with rows fewer and more than columns, of which some are padding; they lie apart. */
export const MUON_MATRICES: readonly MovingParameter[] = [
  { index: 0, offset: 0, length: 100 * 16, columns: 16, decay: 0.1, rateFactor: 1 },
  { index: 1, offset: 1664, length: 5 * 24, columns: 24, decay: 0, rateFactor: 2 },
  { index: 2, offset: 1792, length: 27 * 4, columns: 4, decay: 0.5, rateFactor: 0.5 },
];
export const MUON_FLOATS = 1920;

/** One step of Muon on `moving`, in place. */
export function muonReference(
  { momentum, nesterov, learningRate }: MuonSettings,
  moving: readonly MovingParameter[],
  gradients: ArrayLike<number>,
  { weights, momentumBuffer }: Readonly<Record<'weights' | 'momentumBuffer', Float64Array>>,
): void {
  for (const { offset, length, columns, decay, rateFactor } of moving) {
    const directions = new Float64Array(length);
    for (let i = 0; i < length; i++) {
      const gradient = at(gradients, offset + i);
      const velocity = momentum * at(momentumBuffer, offset + i) + gradient;
      momentumBuffer[offset + i] = velocity;
      directions[i] = nesterov ? gradient + momentum * velocity : velocity;
    }
    const orthogonal = orthogonalized(directions, columns ?? 1);
    for (let i = 0; i < length; i++) {
      const weight = at(weights, offset + i);
      weights[offset + i] =
        weight - rateFactor * learningRate * (at(orthogonal, i) + decay * weight);
    }
  }
}

/** [rows, columns] by `NEWTON_SCHULZ`. */
export function orthogonalized(matrix: Float64Array, columns: number): Float64Array {
  const { steps, a, b, c, epsilon } = NEWTON_SCHULZ;
  const rows = matrix.length / columns;
  const norm = Math.hypot(...matrix) + epsilon;
  let x = matrix.map((value) => value / norm);
  for (let step = 0; step < steps; step++) {
    const gram = product(columns, columns, rows, (k, i) => at(x, k * columns + i), x);
    const square = product(columns, columns, columns, (k, i) => at(gram, i * columns + k), gram);
    const p = gram.map((value, i) => b * value + c * at(square, i));
    const xp = product(rows, columns, columns, (k, i) => at(x, i * columns + k), p);
    x = x.map((value, i) => a * value + at(xp, i));
  }
  return x;
}

/** [rows, columns]: Σ over k of left(k, row) · right[k, column]. */
function product(
  rows: number,
  columns: number,
  depth: number,
  left: (k: number, row: number) => number,
  right: Float64Array,
): Float64Array {
  return new Float64Array(rows * columns).map((_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    let sum = 0;
    for (let k = 0; k < depth; k++) sum += left(k, row) * at(right, k * columns + column);
    return sum;
  });
}
