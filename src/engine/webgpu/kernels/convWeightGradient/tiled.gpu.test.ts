import { describe, expect, it } from 'vitest';
import { weightLength } from '../../../plan/geometry.ts';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import type { ConvShape } from '../convForward/shape.ts';
import { inputLength, outputLength } from '../convForward/testShapes.ts';
import { betaOffset } from '../normalize.ts';
import { convWeightGradientReference } from './convWeightGradient.reference.ts';
import { convWeightGradient, convWeightGradientCopies } from './convWeightGradient.ts';
import type { TiledTile } from './tiled.ts';

const conv = (
  batch: number,
  channels: readonly [number, number],
  size: readonly [number, number],
  kernel: number,
  stride: number,
): ConvShape => ({
  batch,
  inChannels: channels[0],
  outChannels: channels[1],
  inHeight: size[0],
  inWidth: size[1],
  kernel,
  stride,
  padding: (kernel - 1) / 2,
});

/** Tiny, since software adapters take minutes to compile those meant for GPUs. */
const tile = (
  [channels, outputs, columns, vector]: readonly [number, number, number, 1 | 2 | 4],
  [channelLanes, outputLanes, imageLanes, columnLanes]: readonly [number, number, number, number],
  [stripParts, rowParts]: readonly [number, number],
): TiledTile => ({
  lanesAre: 'tiles',
  channels,
  outputs,
  columns,
  vector,
  channelLanes,
  outputLanes,
  imageLanes,
  columnLanes,
  stripParts,
  rowParts,
});

const CASES: readonly (readonly [string, ConvShape, TiledTile])[] = [
  [
    '3×3, parts of everything left over',
    conv(6, [3, 6], [5, 5], 3, 1),
    tile([1, 2, 1, 2], [2, 2, 2, 1], [3, 2]),
  ],
  [
    '3×3, neighbouring columns',
    conv(2, [2, 4], [3, 7], 3, 1),
    tile([1, 1, 2, 1], [1, 4, 1, 2], [2, 1]),
  ],
  [
    '3×3, stride 2, single images',
    conv(3, [2, 3], [6, 7], 3, 2),
    tile([1, 1, 1, 1], [2, 4, 2, 2], [4, 2]),
  ],
  [
    '1×1, as a matrix product',
    conv(4, [9, 14], [2, 4], 1, 1),
    tile([2, 4, 1, 4], [4, 4, 1, 2], [1, 2]),
  ],
  [
    '1×1, pixels that make no matrix of the wanted size',
    conv(3, [17, 3], [1, 3], 1, 1),
    tile([1, 4, 1, 1], [16, 1, 2, 1], [2, 1]),
  ],
  ['1×1, stride 2', conv(2, [3, 5], [5, 7], 1, 2), tile([2, 2, 1, 2], [2, 1, 1, 2], [2, 3])],
  [
    '7×7, stride 2, a row of taps a workgroup',
    conv(2, [2, 3], [7, 6], 7, 2),
    tile([1, 1, 1, 1], [1, 4, 1, 2], [2, 2]),
  ],
];

describe('tiled weight gradient', () => {
  it.each(CASES)('%s', async (_, shape, tiled) => {
    const channels = shape.inChannels;
    const input = randomArray(inputLength(shape), 1);
    const outputGradient = randomArray(outputLength(shape), 2);
    const mean = randomArray(channels, 3);
    const rstd = randomArray(channels, 4);
    const affine = randomArray(betaOffset(channels) + channels, 5);
    const perChannel = input.length / channels;
    const rectified = Float64Array.from(input, (x, i) => {
      const c = Math.floor(i / perChannel);
      const gain = (affine[c] ?? 0) * (rstd[c] ?? 0);
      return Math.max(0, (x - (mean[c] ?? 0)) * gain + (affine[betaOffset(channels) + c] ?? 0));
    });
    for (const norm of [null, { affine, mean, rstd, activation: 'relu' as const }]) {
      const length = weightLength(shape);
      const partials = unwritten(convWeightGradientCopies(shape, tiled) * length);
      const buffers = { input, outputGradient, partials };
      await runKernels(convWeightGradient(shape, buffers, tiled, norm));
      const sums = new Float64Array(length);
      partials.forEach((part, i) => {
        sums[i % length] = (sums[i % length] ?? 0) + part;
      });
      const loaded = norm === null ? input : rectified;
      const expected = convWeightGradientReference(shape, loaded, outputGradient);
      expect(relativeError(sums, expected)).toBeLessThan(2e-6);
    }
  });
});
