import { expect, it } from 'vitest';
import { channelAt, gridOf, paintChannels, valueColour } from './channelMaps.ts';

it('is black at zero, orange above and blue below', () => {
  const [zero, above, below] = [0, 0.6, -0.6].map((value) => valueColour(value, 1));
  expect(Math.max(...(zero ?? []))).toBeLessThan(16);
  expect(above?.[0]).toBeGreaterThan(above?.[2] ?? 0);
  expect(below?.[2]).toBeGreaterThan(below?.[0] ?? 0);
  expect(valueColour(5, 1)).toEqual(valueColour(1, 1));
  expect(valueColour(5, 0)).toEqual(zero);
});

it('lays channels out in rows', () => {
  const grid = gridOf({ channels: 16, height: 32, width: 32 }, 420);
  expect(grid).toMatchObject({ zoom: 2, stepX: 66, columns: 6, rows: 3, width: 394, left: 0 });
  expect(channelAt(grid, 70, 70)).toBe(7);
  expect(channelAt(grid, 5 * 66, 2 * 66)).toBeNull();
  expect(gridOf({ channels: 2048, height: 1, width: 1 }, 300).left).toBe(1792);
});

it('paints every value as a square of its channel', () => {
  const shape = { channels: 2, height: 1, width: 24 };
  const grid = gridOf(shape, 1000);
  const values = new Float32Array(48);
  values[24] = 1;
  const rgba = new Uint8ClampedArray(grid.width * grid.height * 4);
  paintChannels(rgba, grid, shape, values, 1);
  const at = (x: number, y: number) => [
    ...rgba.subarray(4 * (y * grid.width + x), 4 * (y * grid.width + x) + 4),
  ];
  expect(at(grid.stepX, 0)).toEqual([...valueColour(1, 1), 255]);
  expect(at(grid.stepX + 1, 1)).toEqual([...valueColour(1, 1), 255]);
  expect(at(grid.stepX + 2, 0)).toEqual([...valueColour(0, 1), 255]);
  expect(at(grid.stepX - 1, 0)).toEqual([0, 0, 0, 0]);
});
