import { expect, it } from 'vitest';
import { gridFor, gridRow } from './grid.ts';

it('covers every thread within the limit per dimension, nearly without waste', () => {
  for (const threads of [1, 63, 64, 65, 65_535 * 64, 65_535 * 64 + 1, 50_000_000]) {
    const [x, y, z] = gridFor(threads, 64);
    expect(z).toBe(1);
    expect(Math.max(x, y)).toBeLessThanOrEqual(65_535);
    expect(x * y * 64).toBeGreaterThanOrEqual(threads);
    expect(x * y * 64 - threads).toBeLessThan(64 * (y + 1));
    expect(gridRow(threads, 64)).toBe(x * 64);
  }
  expect(gridFor(0, 64)).toEqual([1, 1, 1]);
});
