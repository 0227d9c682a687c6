import { describe, expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { convForwardReference } from '../convForward/convForward.reference.ts';
import { convForward } from '../convForward/convForward.ts';
import type { ConvShape } from '../convForward/shape.ts';
import {
  inputLength,
  outputLength,
  randomWeight,
  TILED_SHAPES,
} from '../convForward/testShapes.ts';
import { convInputGradientReference } from '../convInputGradient/convInputGradient.reference.ts';
import { convInputGradient } from '../convInputGradient/convInputGradient.ts';
import { WORKGROUP_BYTES, WORKGROUP_LANES } from '../limits.ts';
import { type ConvTile, forwardGeometry, inputGradientGeometry, keyOfTile } from './convTiled.ts';
import { convTiles } from './tiles.ts';

const PLAIN: ConvTile = {
  algorithm: 'tiled',
  imageLanes: 2,
  columnLanes: 2,
  threadColumns: 1,
  rows: 1,
  channelLanes: 1,
  threadVectors: 1,
  slices: 1,
  turn: 1,
};
/** Each with one thing more than the plain one; the last with everything at once. */
const TILES: readonly ConvTile[] = [
  PLAIN,
  { ...PLAIN, imageLanes: 1, threadColumns: 2 },
  { ...PLAIN, rows: 2, turn: 2 },
  { ...PLAIN, channelLanes: 2, slices: 3 },
  { ...PLAIN, threadColumns: 2, rows: 2, threadVectors: 2, slices: 2, turn: 2 },
];

describe.each(TILED_SHAPES)('a convolution in tiles, %s', (_, shape) => {
  const input = randomArray(inputLength(shape), 1);
  const weight = randomWeight(shape, 2);

  it.each(TILES.map((tile) => [keyOfTile(tile), tile] as const))('forward, %s', async (_, tile) => {
    const output = unwritten(outputLength(shape));
    await runKernels(convForward(shape, { input, weight, bias: null, output }, tile));
    const reference = convForwardReference(shape, input, weight, null);
    expect(relativeError(output, reference)).toBeLessThan(2e-6);
  });

  it.each(TILES.map((tile) => [keyOfTile(tile), tile] as const))(
    'backward, %s',
    async (_, tile) => {
      const outputGradient = randomArray(outputLength(shape), 3);
      const inputGradient = unwritten(inputLength(shape));
      const buffers = { outputGradient, weight, inputGradient };
      await runKernels(convInputGradient(shape, buffers, { accumulate: false }, tile));
      const reference = convInputGradientReference(shape, outputGradient, weight);
      expect(relativeError(inputGradient, reference)).toBeLessThan(2e-6);
    },
  );
});

const BYTES: Readonly<Record<string, number>> = { vec4f: 16, f32: 4 };

function expectWithinLimits(code: string): void {
  const declared = [...code.matchAll(/^var<workgroup> \w+: array<(\w+), (\w+)>;/gm)];
  const constant = (name: string) =>
    Number(new RegExp(`const ${name}: u32 = (\\d+)u;`).exec(code)?.[1]);
  const bytes = declared.reduce(
    (sum, [, type = '', length = '']) =>
      sum + (BYTES[type] ?? Number.NaN) * (/^\d/.test(length) ? Number(length) : constant(length)),
    0,
  );
  expect(declared.length).toBe(code.includes('pivots:') ? 4 : 3);
  expect(bytes).toBeLessThanOrEqual(WORKGROUP_BYTES);
  expect(constant('LANES')).toBeLessThanOrEqual(WORKGROUP_LANES);
}

describe('convTiles', () => {
  const shapeOf = (batch: number, channels: number, size: number, kernel = 3): ConvShape => ({
    batch,
    inChannels: channels,
    outChannels: channels,
    inHeight: size,
    inWidth: size,
    kernel,
    stride: 1,
    padding: (kernel - 1) / 2,
  });

  it('stays within what every adapter has, by the text of the kernels themselves', () => {
    const shapes = [
      shapeOf(4, 3, 1),
      shapeOf(32, 64, 8),
      { ...shapeOf(32, 64, 8), stride: 2 },
      shapeOf(128, 16, 32),
      shapeOf(128, 2048, 4, 1),
      { ...shapeOf(32, 3, 56, 7), stride: 2 },
    ];
    for (const shape of shapes) {
      for (const tile of convTiles(shape, forwardGeometry(shape))) {
        const buffers = { input: 0, weight: 1, bias: 2, output: 3 };
        expectWithinLimits(convForward(shape, buffers, tile, { moments: 4 }).code);
      }
      for (const tile of convTiles(shape, inputGradientGeometry(shape))) {
        const buffers = { outputGradient: 0, weight: 1, inputGradient: 2 };
        const from = { affine: 6 };
        const reduction = {
          x: 3,
          mean: 4,
          rstd: 5,
          activation: 'relu',
          from,
          tileSums: 7,
        } as const;
        const fusion = { accumulate: true, reduction };
        expectWithinLimits(convInputGradient(shape, buffers, fusion, tile).code);
      }
    }
  });

  it('shares out the channels where there are few pixels, and takes four images a thread', () => {
    const slicesAt = (shape: ConvShape) => convTiles(shape, forwardGeometry(shape))[0]?.slices;
    expect(slicesAt(shapeOf(128, 16, 32))).toBe(1);
    expect(slicesAt(shapeOf(32, 64, 8))).toBe(4);
    expect(slicesAt(shapeOf(32, 16, 32))).toBe(2);
    expect(convTiles(shapeOf(6, 16, 32), forwardGeometry(shapeOf(6, 16, 32)))).toEqual([]);
  });
});
