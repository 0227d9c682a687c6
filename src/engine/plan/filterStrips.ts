/**
 * The matrices that Muon makes orthogonal, [I · kernel · kernel, O4] as they lie in memory, and the table of the kernels that
 * multiply them. With X the direction over its norm, five times X = X · P, P = aI + bA + cA², A = XᵀX (Jordan 2024).
 */
import type { MovingParameter } from './chunks.ts';

/** Of the polynomial that drives singular values from (0, 1] towards 1. */
export const NEWTON_SCHULZ = { steps: 5, a: 3.4445, b: -4.775, c: 2.0315, epsilon: 1e-7 } as const;

/** u32 of a strip in the table: first floats of the matrix and of its A, rows, columns, first row, end row, 0, 0. */
export const STRIP_WORDS = 8;
/** Floats of a strip, about. */
const STRIP_FLOATS = 256;

export interface FilterStrips {
  /** Strips of all A and P, then those of all X. */
  readonly table: Uint32Array<ArrayBuffer>;
  readonly gramStrips: number;
  readonly filterStrips: number;
  /** Floats of all A together. */
  readonly gramFloats: number;
}

export function filterStrips(moving: readonly MovingParameter[]): FilterStrips {
  let gramFloats = 0;
  const matrices = moving.flatMap(({ offset, length, columns }) => {
    if (columns === null) return [];
    const gram = gramFloats;
    gramFloats += columns ** 2;
    return [{ offset, gram, rows: length / columns, columns }];
  });
  const stripsOf = (rowsOf: (matrix: (typeof matrices)[number]) => number) =>
    matrices.flatMap((matrix) => {
      const { offset, gram, rows, columns } = matrix;
      const height = Math.ceil(STRIP_FLOATS / columns);
      return Array.from({ length: Math.ceil(rowsOf(matrix) / height) }, (_, i) => {
        const end = Math.min((i + 1) * height, rowsOf(matrix));
        return [offset, gram, rows, columns, i * height, end, 0, 0];
      });
    });
  const grams = stripsOf(({ columns }) => columns);
  const filters = stripsOf(({ rows }) => rows);
  return {
    table: Uint32Array.from([...grams, ...filters].flat()),
    gramStrips: grams.length,
    filterStrips: filters.length,
    gramFloats,
  };
}

/** A, P or X · P. `first`: the P of the first A, of an X that has not been divided by its norm: P does it. */
export type ProductPart = 'gram' | 'first' | 'polynomial' | 'filter';

type Directions = 'directions' | 'nextDirections';

/** Calls `multiply` for each X · P, and says where the last one lies. The first X is in `directions`. */
export function iterate(
  multiply: (x: Directions, next: Directions, isFirst: boolean) => void,
): Directions {
  let [x, next]: [Directions, Directions] = ['directions', 'nextDirections'];
  for (let i = 0; i < NEWTON_SCHULZ.steps; i++) {
    multiply(x, next, i === 0);
    [x, next] = [next, x];
  }
  return x;
}
