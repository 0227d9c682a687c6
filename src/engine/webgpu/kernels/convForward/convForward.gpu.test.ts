import { describe, expect, it } from 'vitest';
import { macs, outHeight, outWidth } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError, runKernels, testDevice } from '../../../testing/runKernel.ts';
import { convForwardReference } from './convForward.reference.ts';
import { convForward } from './convForward.ts';
import { plainTile } from './direct.ts';
import type { ConvShape } from './shape.ts';
import { ALL_SHAPES, inputLength, outputLength, randomWeight, tilesToTest } from './testShapes.ts';
import { convForwardTiles } from './tiles.ts';

describe('ConvShape', () => {
  const shape: ConvShape = {
    batch: 2,
    inChannels: 3,
    inHeight: 224,
    inWidth: 33,
    outChannels: 64,
    kernel: 7,
    stride: 2,
    padding: 3,
  };
  it('knows its output and its work', () => {
    expect([outHeight(shape), outWidth(shape)]).toEqual([112, 17]);
    expect(macs(shape)).toBe(2 * 3 * 64 * 49 * 112 * 17);
  });
});

describe('convForwardReference', () => {
  it('agrees with a convolution done by hand', () => {
    const shape = {
      batch: 1,
      inChannels: 1,
      inHeight: 2,
      inWidth: 3,
      outChannels: 1,
      kernel: 3,
      stride: 1,
      padding: 1,
    };
    const weight = [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((w) => [w, 0, 0, 0]);
    const output = convForwardReference(shape, [1, 2, 3, 4, 5, 6], weight, [100]);
    expect([...output]).toEqual([194, 254, 206, 158, 191, 158]);
  });
});

describe('convForward', () => {
  it.each(ALL_SHAPES)('%s', async (_, shape) => {
    const input = randomArray(inputLength(shape), 1);
    const weight = randomWeight(shape, 2);
    const bias = randomArray(padTo4(shape.outChannels), 3);
    for (const tile of tilesToTest(shape, convForwardTiles, await testDevice())) {
      const output = unwritten(outputLength(shape));
      const biased = unwritten(outputLength(shape));
      await runKernels(
        convForward(shape, { input, weight, bias: null, output }, tile),
        convForward(shape, { input, weight, bias, output: biased }, tile),
      );
      const reference = convForwardReference(shape, input, weight, null);
      expect(relativeError(output, reference)).toBeLessThan(2e-6);
      const biasedReference = convForwardReference(shape, input, weight, bias);
      expect(relativeError(biased, biasedReference)).toBeLessThan(2e-6);
    }
  });

  it('refuses more workgroups than WebGPU dispatches', () => {
    const shape = {
      batch: 1,
      inChannels: 1,
      inHeight: 9000,
      inWidth: 9000,
      outChannels: 1,
      kernel: 1,
      stride: 1,
      padding: 0,
    };
    const tile = { ...plainTile(shape), columns: 8 };
    expect(() => convForward(shape, { input: 0, weight: 1, bias: null, output: 2 }, tile)).toThrow(
      '65,535',
    );
  });
});
