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

it('lays channels out in rows of a power of two', () => {
  const grid = gridOf({ channels: 16, height: 32, width: 32 }, 470);
  expect(grid).toMatchObject({
    columns: 8,
    rows: 2,
    tileWidth: 57,
    stepX: 59,
    width: 470,
    left: 0,
  });
  expect(channelAt(grid, 70, 70)).toBe(9);
  expect(channelAt(grid, 58, 0)).toBe(0);
  expect(channelAt(grid, 8 * 59, 0)).toBeNull();
  expect(gridOf({ channels: 64, height: 8, width: 8 }, 470)).toMatchObject({
    columns: 16,
    rows: 4,
  });
  expect(gridOf({ channels: 3, height: 32, width: 32 }, 470)).toMatchObject({
    columns: 3,
    rows: 1,
  });
  expect(gridOf({ channels: 2048, height: 1, width: 1 }, 300).left).toBe(1792);
});

it('never needs more room than there is', () => {
  for (const channels of [1, 3, 7, 16, 64, 784]) {
    for (const side of [1, 4, 8, 32, 112]) {
      for (const available of [290, 358, 472, 960]) {
        const grid = gridOf({ channels, height: side, width: side }, available);
        expect(grid.width).toBeLessThanOrEqual(available);
        expect(grid.rows * grid.columns).toBeGreaterThanOrEqual(grid.channels);
      }
    }
  }
});

it('paints every value as a rectangle of its channel', () => {
  const shape = { channels: 2, height: 1, width: 24 };
  const grid = { ...gridOf(shape, 1000), columns: 2, tileWidth: 48, tileHeight: 2, stepX: 50 };
  const sized = { ...grid, width: 98, height: 2 };
  const values = new Float32Array(48);
  values[24] = 1;
  const rgba = new Uint8ClampedArray(sized.width * sized.height * 4);
  paintChannels(rgba, sized, shape, values, 1);
  const at = (x: number, y: number) => [
    ...rgba.subarray(4 * (y * sized.width + x), 4 * (y * sized.width + x) + 4),
  ];
  expect(at(50, 0)).toEqual([...valueColour(1, 1), 255]);
  expect(at(51, 1)).toEqual([...valueColour(1, 1), 255]);
  expect(at(52, 0)).toEqual([...valueColour(0, 1), 255]);
  expect(at(49, 0)).toEqual([0, 0, 0, 0]);
});
