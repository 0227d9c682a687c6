import { expect, it } from 'vitest';
import type { SurfaceResult } from '../training/studies/study.ts';
import { coordinate, surfaceOrder } from '../training/studies/surfaceGrid.ts';
import { filledSurface, knownPoints, lossRange, surfacesCsv } from './surfaces.ts';

/** A plane, 2 + a + 0.5·b, known at the first points. */
function plane(size: number, known: number): SurfaceResult {
  const grid = { size, range: 1 };
  const loss = new Float64Array(size * size);
  for (const { i, j } of surfaceOrder(size).slice(0, known)) {
    loss[j * size + i] = 2 + coordinate(grid, i) + 0.5 * coordinate(grid, j);
  }
  const accuracy = new Float32Array(size * size).fill(0.5);
  return { kind: 'surface', images: 10, ...grid, known, loss, accuracy };
}

it('interpolates between the points of the finest grid that is whole', () => {
  const whole = plane(9, 81);
  expect(filledSurface(whole)).toEqual(whole.loss);
  // Grids of 3 × 3 and of 5 × 5 points reach from edge to edge, and a plane is what they say it is.
  for (const known of [9, 24, 25, 80]) {
    const filled = filledSurface(plane(9, known));
    for (const [at, loss] of whole.loss.entries()) expect(filled?.[at]).toBeCloseTo(loss, 12);
  }
  expect(filledSurface(plane(9, 8))).toBeNull();
});

it('stays at the last value beyond the outermost points of a coarse grid', () => {
  const filled = filledSurface(plane(21, 9));
  expect(filled?.[10 * 21 + 2]).toBeCloseTo(1.2, 12);
  expect(filled?.[10 * 21]).toBeCloseTo(1.2, 12);
  expect(knownPoints(plane(21, 9)).filter((isKnown) => isKnown)).toHaveLength(9);
});

it('has a range of what is known, cut off where losses explode', () => {
  expect(lossRange([plane(5, 25)])).toEqual([0.5, 3.5]);
  expect(lossRange([plane(5, 0)])).toBeNull();
  const wild = plane(5, 25);
  wild.loss[0] = 1e9;
  wild.loss[1] = Number.POSITIVE_INFINITY;
  wild.loss[2] = Number.NaN;
  const [low, high] = lossRange([wild]) ?? [0, 0];
  expect([low, high]).toEqual([0.75, 7500]);
});

it('writes the known points with their coordinates', () => {
  const lines = surfacesCsv([{ name: 'Plain-8', step: 3, result: plane(3, 2) }]).split('\n');
  expect(lines).toEqual([
    'run,step,images,first direction,second direction,loss,accuracy',
    '"Plain-8",3,10,0,0,2,0.5',
    '"Plain-8",3,10,-1,-1,0.5,0.5',
    '',
  ]);
});
