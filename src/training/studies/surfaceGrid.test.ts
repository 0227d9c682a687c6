import { expect, it } from 'vitest';
import { coordinate, surfaceOrder } from './surfaceGrid.ts';

it('has the trained net exactly in the middle and the range at the ends', () => {
  const grid = { size: 5, range: 0.7 };
  expect([0, 1, 2, 3, 4].map((i) => coordinate(grid, i))).toEqual([-0.7, -0.35, 0, 0.35, 0.7]);
});

it.each([3, 5, 11, 21, 51])('visits every point of %i × %i once, the middle first', (size) => {
  const order = surfaceOrder(size);
  expect(new Set(order.map(({ i, j }) => j * size + i)).size).toBe(size * size);
  expect(order).toHaveLength(size * size);
  expect(order[0]).toMatchObject({ i: (size - 1) / 2, j: (size - 1) / 2 });
});

it('covers the whole range at every finer grid', () => {
  const order = surfaceOrder(21);
  expect([...new Set(order.map(({ reach }) => reach))]).toEqual([8, 4, 2, 1]);
  const coarse = order.filter(({ reach }) => reach === 8).map(({ i, j }) => [i, j]);
  expect(coarse).toHaveLength(9);
  expect(coarse).toContainEqual([2, 18]);
});
