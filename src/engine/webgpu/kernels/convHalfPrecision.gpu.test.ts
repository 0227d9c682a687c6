/** The convolutions' part of `halfPrecision.test.ts`: every kernel, in both directions and to the weights. */

import { describe, expect, it } from 'vitest';
import { halfFormats, storedTensor } from '../../testing/half.ts';
import { compare, PrecisionHarness } from '../../testing/precisionHarness.ts';
import { type Data, randomArray, runKernels, testDevice } from '../../testing/runKernel.ts';
import { convForward, momentsLength } from './convForward/convForward.ts';
import { plainTile as plainForwardTile } from './convForward/direct.ts';
import type { ConvShape } from './convForward/shape.ts';
import { inputLength, outputLength, randomWeight } from './convForward/testShapes.ts';
import { convInputGradient, tileSumsPerChannel } from './convInputGradient/convInputGradient.ts';
import { plainTile as plainInputTile } from './convInputGradient/direct.ts';
import type { ConvTile } from './convTiled/convTiled.ts';
import {
  type ConvWeightGradientTile,
  convWeightGradient,
  convWeightGradientCopies,
} from './convWeightGradient/convWeightGradient.ts';
import { imageLanesTile } from './convWeightGradient/imageLanes.ts';
import type { TiledTile } from './convWeightGradient/tiled.ts';
import { convWeightGradientTiles } from './convWeightGradient/tiles.ts';
import { betaOffset } from './normalize.ts';
import { SINGLE } from './storage.ts';
import { traitsOfKind } from './traits.ts';

/** Full of remainders and of an odd number of elements; and with images in fours. */
const CONVOLUTIONS: readonly ConvShape[] = [
  {
    batch: 3,
    inChannels: 3,
    inHeight: 5,
    inWidth: 7,
    outChannels: 5,
    kernel: 3,
    stride: 2,
    padding: 1,
  },
  {
    batch: 4,
    inChannels: 4,
    inHeight: 3,
    inWidth: 3,
    outChannels: 8,
    kernel: 1,
    stride: 1,
    padding: 0,
  },
];

/** Small, since software adapters take long to compile what is meant for GPUs. */
function tiled({ batch }: ConvShape): ConvTile[] {
  if (batch % 4 !== 0) return [];
  const lanes = { imageLanes: 1, columnLanes: 2, rows: 1, channelLanes: 1, slices: 1 };
  return [{ algorithm: 'tiled', ...lanes, threadColumns: 1, threadVectors: 1, turn: 2 }];
}

/** One of each kernel. */
function weightTiles(convolution: ConvShape): ConvWeightGradientTile[] {
  const [channelLanes] = convWeightGradientTiles(convolution, traitsOfKind('llvmpipe'));
  const inTiles: TiledTile =
    convolution.batch % 4 === 0
      ? {
          ...{ lanesAre: 'tiles', channels: 2, outputs: 4, columns: 1, vector: 4 },
          ...{ channelLanes: 2, outputLanes: 2, imageLanes: 1, columnLanes: 4 },
          ...{ stripParts: 1, rowParts: 2 },
        }
      : {
          ...{ lanesAre: 'tiles', channels: 1, outputs: 1, columns: 1, vector: 1 },
          ...{ channelLanes: 2, outputLanes: 4, imageLanes: 2, columnLanes: 2 },
          ...{ stripParts: 4, rowParts: 2 },
        };
  return [
    imageLanesTile(convolution),
    ...(channelLanes === undefined ? [] : [channelLanes]),
    inTiles,
  ];
}

const nameOf = ({ kernel, stride }: ConvShape): string => `${kernel}×${kernel} /${stride}`;

describe.each(CONVOLUTIONS.map((convolution) => [nameOf(convolution), convolution] as const))(
  'a convolution in half precision, %s',
  (_, convolution) => {
    const formatted = ({ format }: PrecisionHarness): ConvShape => ({
      ...convolution,
      inputFormat: format,
      outputFormat: format,
    });
    const { inChannels, outChannels } = convolution;
    const norm = (harness: PrecisionHarness) => {
      const affine = new Float32Array(betaOffset(inChannels) + inChannels).fill(1);
      const [mean, rstd] = [8, 9].map((seed) =>
        harness.single(randomArray(inChannels, seed).map((x) => 1 + x / 4)),
      );
      if (!mean || !rstd) throw new Error('no bindings');
      return { affine: harness.single(affine), mean, rstd, activation: 'relu' } as const;
    };

    it('forward, also from single images', async () => {
      for (const tile of [plainForwardTile(convolution), ...tiled(convolution)]) {
        await compare((harness) => {
          const weight = harness.single(randomWeight(convolution, 2));
          const bias = harness.single(randomArray(4 * Math.ceil(outChannels / 4), 3));
          const input = harness.value(randomArray(inputLength(convolution), 1));
          const images = harness.single(randomArray(inputLength(convolution), 4));
          const output = () => harness.value(outputLength(convolution));
          const ofImages = { ...formatted(harness), inputFormat: SINGLE };
          return [
            convForward<Data>(formatted(harness), { input, weight, bias, output: output() }, tile),
            convForward<Data>(
              formatted(harness),
              { input, weight, bias: null, output: output() },
              tile,
              { norm: norm(harness) },
            ),
            convForward<Data>(
              ofImages,
              { input: images, weight, bias: null, output: output() },
              tile,
            ),
          ];
        });
      }
    });

    it('leaves moments of what it stores', async () => {
      for (const tile of [plainForwardTile(convolution), ...tiled(convolution)]) {
        for (const format of halfFormats(await testDevice())) {
          const harness = new PrecisionHarness(format);
          const weight = harness.single(randomWeight(convolution, 2));
          const input = harness.value(randomArray(inputLength(convolution), 1));
          const output = storedTensor(new Float32Array(outputLength(convolution)), format);
          const moments = new Float32Array(momentsLength(convolution, tile));
          const buffers = { input, weight, bias: null, output: output.data };
          await runKernels(convForward<Data>(formatted(harness), buffers, tile, { moments }));
          const total = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0);
          const sums = moments.filter((_value, i) => i % 2 === 0);
          const scale = output.read().map(Math.abs);
          // Compilers may take the sum before the rounding to float16.
          const tolerance = format.storage === 'half' ? 2 ** -11 : 1e-6;
          const error = Math.abs(total(sums) - total(output.read()));
          expect(error, format.storage).toBeLessThan(tolerance * total(scale));
        }
      }
    });

    it('backward to its input', async () => {
      for (const tile of [plainInputTile(convolution), ...tiled(convolution)]) {
        await compare((harness) => {
          const weight = harness.single(randomWeight(convolution, 2));
          const outputGradient = harness.gradient(randomArray(outputLength(convolution), 1));
          const length = inputLength(convolution);
          const inputGradient = harness.gradient(randomArray(length, 3));
          const x = harness.value(randomArray(length, 4));
          const activated = harness.value(randomArray(length, 5));
          const { affine, mean, rstd } = norm(harness);
          const tileSums = () =>
            harness.single(2 * inChannels * tileSumsPerChannel(convolution, tile));
          const common = { x, mean, rstd, activation: 'relu' } as const;
          const buffers = { outputGradient, weight, inputGradient };
          const call = (options: Parameters<typeof convInputGradient<Data>>[2]) =>
            convInputGradient<Data>(formatted(harness), buffers, options, tile);
          return [
            call({
              accumulate: true,
              reduction: { ...common, from: { activated }, tileSums: tileSums() },
            }),
            call({
              accumulate: false,
              reduction: { ...common, from: { affine }, tileSums: tileSums() },
            }),
          ];
        });
      }
    });

    it('backward to its weights', async () => {
      for (const tile of weightTiles(convolution)) {
        await compare((harness) => {
          const input = harness.value(randomArray(inputLength(convolution), 1));
          const outputGradient = harness.gradient(randomArray(outputLength(convolution), 2));
          const copies = convWeightGradientCopies(convolution, tile);
          const partials = () => harness.single(copies * randomWeight(convolution, 1).length);
          const shaped = formatted(harness);
          return [
            convWeightGradient<Data>(shaped, { input, outputGradient, partials: partials() }, tile),
            convWeightGradient<Data>(
              shaped,
              { input, outputGradient, partials: partials() },
              tile,
              norm(harness),
            ),
          ];
        });
      }
    });
  },
);
