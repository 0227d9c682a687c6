import { expect, it } from 'vitest';
import { symmetricEigen } from './symmetricEigen.ts';

it('finds the eigenvalues of a 2 × 2 matrix, largest first', () => {
  const { values, vectors } = symmetricEigen([
    [1, 2],
    [2, -2],
  ]);
  expect(values[0]).toBeCloseTo(2, 14);
  expect(values[1]).toBeCloseTo(-3, 14);
  const [[x = 0, y = 0] = []] = vectors;
  expect(x / y).toBeCloseTo(2, 14);
});

it('takes a matrix apart that its vectors and values put together again', () => {
  const n = 12;
  const matrix = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => Math.sin(1 + i * j + i + j)),
  );
  const { values, vectors } = symmetricEigen(matrix);
  for (const [i, row] of matrix.entries()) {
    for (const [j, value] of row.entries()) {
      const sum = values.reduce((all, eigenvalue, k) => {
        return all + eigenvalue * (vectors[k]?.[i] ?? 0) * (vectors[k]?.[j] ?? 0);
      }, 0);
      expect(sum).toBeCloseTo(value, 12);
    }
  }
  expect(values).toEqual([...values].sort((a, b) => b - a));
});

it('leaves a diagonal matrix as it is', () => {
  const { values, vectors } = symmetricEigen([
    [1, 0],
    [0, 3],
  ]);
  expect(values).toEqual([3, 1]);
  expect(vectors).toEqual([
    [0, 1],
    [1, 0],
  ]);
});
