import { expect, it } from 'vitest';
import { filterTiles } from './filters.ts';

it('draws each filter for itself, grey at 0', () => {
  // Red −2 and blue 1; in the second, ten times weaker, blue 0.2 alone.
  const data = Float32Array.of(-2, 0, 1, 0, 0, 0.2);
  const [first, second] = filterTiles({ shape: [2, 3, 1, 1], data });
  expect(first?.largest).toBe(2);
  expect([...(first?.rgba ?? [])]).toEqual([0, 128, 191, 255]);
  expect(first?.norm).toBeCloseTo(Math.sqrt(5));
  expect([...(second?.rgba ?? [])]).toEqual([128, 128, 255, 255]);
});

it('keeps rows and columns', () => {
  const data = Float32Array.from({ length: 12 }, (_, i) => (i === 1 ? 1 : 0));
  const [tile] = filterTiles({ shape: [1, 3, 2, 2], data });
  expect(tile?.rgba[4 * 1]).toBe(255);
  expect(tile?.rgba[4 * 2]).toBe(128);
});

it('draws a filter of zeros grey', () => {
  const [tile] = filterTiles({ shape: [1, 3, 1, 1], data: new Float32Array(3) });
  expect([...(tile?.rgba ?? [])]).toEqual([128, 128, 128, 255]);
});

it('refuses what has no three colours', () => {
  expect(() => filterTiles({ shape: [1, 1, 3, 3], data: new Float32Array(9) })).toThrow(RangeError);
});
