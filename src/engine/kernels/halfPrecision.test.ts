/**
 * Every kernel that touches activations, in half precision: on the values stored it must compute what it does in single
 * precision, and store that rounded. Gradients come and go with their scale; sums, moments and parameters' gradients
 * without.
 */
import { describe, expect, it } from 'vitest';
import { halfFormats, type StoredTensor, storedTensor, toHalf } from '../testing/half.ts';
import {
  type Data,
  randomArray,
  relativeError,
  runKernels,
  testDevice,
} from '../testing/runKernel.ts';
import { activationGradient } from './activationGradient/activationGradient.ts';
import {
  batchNormGradientApply,
  batchNormGradientReduce,
} from './batchNormGradient/batchNormGradient.ts';
import { batchNormStatistics } from './batchNormStatistics/batchNormStatistics.ts';
import { channelMoments } from './channelMoments/channelMoments.ts';
import { channelSum } from './channelSum/channelSum.ts';
import { convForward, momentsLength } from './convForward/convForward.ts';
import type { ConvShape } from './convForward/shape.ts';
import { inputLength, outputLength, randomWeight } from './convForward/testShapes.ts';
import { plainTile as plainForwardTile } from './convForward/tiles.ts';
import { convInputGradient, tileSumsPerChannel } from './convInputGradient/convInputGradient.ts';
import { plainTile as plainInputTile } from './convInputGradient/tiles.ts';
import type { ConvTile } from './convTiled/convTiled.ts';
import {
  type ConvWeightGradientTile,
  convWeightGradient,
  convWeightGradientCopies,
} from './convWeightGradient/convWeightGradient.ts';
import { imageLanesTile } from './convWeightGradient/imageLanes.ts';
import type { TiledTile } from './convWeightGradient/tiled.ts';
import { convWeightGradientTiles } from './convWeightGradient/tiles.ts';
import {
  globalAveragePool,
  globalAveragePoolGradient,
} from './globalAveragePool/globalAveragePool.ts';
import type { KernelCall } from './kernel.ts';
import { maxPool, maxPoolGradient, maxPoolOutput } from './maxPool/maxPool.ts';
import { betaOffset } from './normalize.ts';
import { pointwise } from './pointwise/pointwise.ts';
import { packStep } from './step.ts';
import { SINGLE, type TensorFormat } from './storage.ts';
import { subsamplePad } from './subsamplePad/subsamplePad.ts';
import { subsamplePadGradient } from './subsamplePadGradient/subsamplePadGradient.ts';

const SCALE = 64;

/** What a kernel's bindings are made of: what is stored in the format under test, and what stays single. */
class Bench {
  readonly values: StoredTensor[] = [];
  readonly gradients: StoredTensor[] = [];
  readonly plain: Float32Array[] = [];

  constructor(readonly format: TensorFormat) {}

  /** Activations; elements not given are to be written. */
  value(values: Float32Array | number): Data {
    return this.#stored(this.values, values, 1);
  }

  /** Gradients of activations: `values` in half precision, as many times smaller in single as their scale is. */
  gradient(values: Float32Array | number): Data {
    return this.#stored(this.gradients, values, this.format.gradientScale / SCALE);
  }

  /** Weights, sums and the like. */
  single(values: Float32Array | number): Float32Array {
    const array = typeof values === 'number' ? new Float32Array(values) : values.slice();
    this.plain.push(array);
    return array;
  }

  #stored(list: StoredTensor[], values: Float32Array | number, factor: number): Data {
    const given = typeof values === 'number' ? new Float32Array(values) : values;
    const tensor = storedTensor(
      given.map((value) => toHalf(value) * factor),
      this.format,
    );
    list.push(tensor);
    return tensor.data;
  }
}

type Make = (bench: Bench) => KernelCall<Data>[];

/** Runs the same calls in single precision and in every kind of half that there is, and compares all bindings. */
async function compare(make: Make): Promise<void> {
  const single = new Bench(SINGLE);
  await runKernels(...make(single));
  for (const format of halfFormats(await testDevice(), SCALE)) {
    const bench = new Bench(format);
    await runKernels(...make(bench));
    expectRounded(bench.values, single.values, 1);
    expectRounded(bench.gradients, single.gradients, SCALE);
    for (const [i, array] of bench.plain.entries()) {
      // Of stored values, which are rounded.
      expect(relativeError(array, single.plain[i] ?? []), format.storage).toBeLessThan(1e-3);
    }
  }
}

function expectRounded(
  half: readonly StoredTensor[],
  single: readonly StoredTensor[],
  scale: number,
): void {
  for (const [i, tensor] of half.entries()) {
    const expected = single[i]?.read().map((value) => toHalf(value * scale)) ?? new Float32Array();
    const got = tensor.read();
    expect(got.length).toBe(expected.length);
    // Sums in another order may fall to the other side of a tie.
    const apart = got.filter((value, at) => {
      const wanted = expected[at] ?? Number.NaN;
      return !(Math.abs(value - wanted) <= 2 ** -10 * Math.abs(wanted) + 2 ** -20);
    });
    expect([...apart]).toEqual([]);
  }
}

const BATCH = 3;
const shape = { batch: BATCH, channels: 3, height: 3, width: 5 };
const COUNT = 3 * 5 * BATCH;
const LENGTH = 3 * COUNT;
const channel = (seed: number) => randomArray(3, seed).map((x) => 1 + 0.3 * x);

describe('in half precision', () => {
  it('activationGradient', async () => {
    for (const activation of ['relu', 'tanh'] as const) {
      await compare((bench) => {
        const gradient = bench.gradient(randomArray(LENGTH, 1));
        const output = bench.value(randomArray(LENGTH, 2));
        const inputGradient = bench.gradient(randomArray(LENGTH, 3));
        return [
          activationGradient(LENGTH, activation, { gradient, output, inputGradient }, bench.format),
          activationGradient(
            LENGTH,
            activation,
            { gradient, output, inputGradient: gradient },
            bench.format,
          ),
        ];
      });
    }
  });

  it('batchNormStatistics, channelMoments and channelSum', async () => {
    await compare((bench) => {
      const formatted = { ...shape, format: bench.format };
      const input = bench.value(randomArray(LENGTH, 1));
      const step = new Uint32Array(
        packStep({ slot: 0, step: 0, seed: 0, rows: BATCH, learningRate: 0 }),
      );
      const [mean, rstd, runningMean, runningVar] = [3, 3, 3, 3].map((n) => bench.single(n));
      if (!mean || !rstd || !runningMean || !runningVar) throw new Error('no bindings');
      const gradient = bench.gradient(randomArray(LENGTH, 2));
      return [
        batchNormStatistics<Data>(formatted, { input, mean, rstd, runningMean, runningVar }),
        channelMoments<Data>(formatted, { input, moments: bench.single(6), step }),
        channelSum<Data>(formatted, { input: gradient, output: bench.single(3) }),
      ];
    });
  });

  it('batchNormGradient', async () => {
    for (const activation of ['none', 'relu'] as const) {
      await compare((bench) => {
        const formatted = { ...shape, format: bench.format };
        const gradient = bench.gradient(randomArray(LENGTH, 1));
        const input = bench.value(randomArray(LENGTH, 2));
        const output = bench.value(randomArray(LENGTH, 3));
        const [mean, rstd, gamma] = [4, 5, 6].map((seed) => bench.single(channel(seed)));
        const [gammaGradient, betaGradient] = [bench.single(3), bench.single(3)];
        if (!mean || !rstd || !gamma) throw new Error('no bindings');
        const inputGradient = bench.gradient(randomArray(LENGTH, 7));
        const common = { gradient, input, mean, rstd };
        const sums = { kind: 'summed', gammaGradient, betaGradient } as const;
        return [
          batchNormGradientReduce<Data>(formatted, activation, {
            ...common,
            output,
            gammaGradient,
            betaGradient,
          }),
          batchNormGradientApply<Data>(formatted, true, { ...common, gamma, sums, inputGradient }),
          batchNormGradientApply<Data>(formatted, false, {
            ...common,
            gamma,
            sums,
            inputGradient: gradient,
          }),
        ];
      });
    }
  });

  it('globalAveragePool, whose means stay single', async () => {
    await compare((bench) => {
      const formatted = { ...shape, format: bench.format };
      const input = bench.value(randomArray(LENGTH, 1));
      const outputGradient = bench.single(randomArray(3 * BATCH, 2).map((x) => x / SCALE));
      return [
        globalAveragePool<Data>(formatted, { input, output: bench.single(3 * BATCH) }),
        globalAveragePoolGradient<Data>(formatted, {
          outputGradient,
          inputGradient: bench.gradient(LENGTH),
        }),
      ];
    });
  });

  it('maxPool', async () => {
    const pooling = { ...shape, kernel: 3, stride: 2, padding: 1 };
    const out = maxPoolOutput(pooling);
    const length = 3 * out.height * out.width * BATCH;
    await compare((bench) => {
      const formatted = { ...pooling, format: bench.format };
      const argmax = new Uint32Array(length);
      const input = bench.value(randomArray(LENGTH, 1));
      const outputGradient = bench.gradient(randomArray(length, 2));
      return [
        maxPool<Data>(formatted, { input, output: bench.value(length), argmax }),
        maxPoolGradient<Data>(formatted, {
          outputGradient,
          argmax,
          inputGradient: bench.gradient(LENGTH),
        }),
      ];
    });
  });

  it('pointwise and the option-A shortcut', async () => {
    const from = { channels: 1, height: 6, width: 9, stride: 2, padBefore: 1 };
    const fromLength = 6 * 9 * BATCH;
    await compare((bench) => {
      const formatted = { ...shape, format: bench.format };
      const input = bench.value(randomArray(LENGTH, 1));
      const [gamma, beta, mean, rstd] = [2, 3, 4, 5].map((seed) => bench.single(channel(seed)));
      if (!gamma || !beta || !mean || !rstd) throw new Error('no bindings');
      const norm = { gamma, beta, mean, rstd };
      const strided = bench.value(randomArray(fromLength, 6));
      const outputs = Array.from({ length: 3 }, () => bench.value(LENGTH));
      const [plain, added, padded] = outputs;
      if (!plain || !added || !padded) throw new Error('no bindings');
      const outputGradient = bench.gradient(randomArray(LENGTH, 7));
      const relu = { activation: 'relu', subsamplePad: null } as const;
      return [
        pointwise<Data>(formatted, relu, { input, output: plain, norm, shortcut: null }),
        pointwise<Data>(formatted, relu, { input, output: added, norm, shortcut: plain }),
        pointwise<Data>(
          formatted,
          { activation: 'none', subsamplePad: from },
          { input, output: padded, norm: null, shortcut: strided },
        ),
        subsamplePad<Data>(formatted, from, { input: strided, output: bench.value(LENGTH) }),
        subsamplePadGradient<Data>(formatted, from, {
          outputGradient,
          inputGradient: bench.gradient(fromLength),
        }),
      ];
    });
  });
});

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
  const [channelLanes] = convWeightGradientTiles(convolution, {
    kind: 'llvmpipe',
    subgroupLanes: 0,
  });
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
    const formatted = ({ format }: Bench): ConvShape => ({
      ...convolution,
      inputFormat: format,
      outputFormat: format,
    });
    const { inChannels, outChannels } = convolution;
    const norm = (bench: Bench) => {
      const affine = new Float32Array(betaOffset(inChannels) + inChannels).fill(1);
      const [mean, rstd] = [8, 9].map((seed) =>
        bench.single(randomArray(inChannels, seed).map((x) => 1 + x / 4)),
      );
      if (!mean || !rstd) throw new Error('no bindings');
      return { affine: bench.single(affine), mean, rstd, activation: 'relu' } as const;
    };

    it('forward, also from single images', async () => {
      for (const tile of [plainForwardTile(convolution), ...tiled(convolution)]) {
        await compare((bench) => {
          const weight = bench.single(randomWeight(convolution, 2));
          const bias = bench.single(randomArray(4 * Math.ceil(outChannels / 4), 3));
          const input = bench.value(randomArray(inputLength(convolution), 1));
          const images = bench.single(randomArray(inputLength(convolution), 4));
          const output = () => bench.value(outputLength(convolution));
          const ofImages = { ...formatted(bench), inputFormat: SINGLE };
          return [
            convForward<Data>(formatted(bench), { input, weight, bias, output: output() }, tile),
            convForward<Data>(
              formatted(bench),
              { input, weight, bias: null, output: output() },
              tile,
              { norm: norm(bench) },
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
          const bench = new Bench(format);
          const weight = bench.single(randomWeight(convolution, 2));
          const input = bench.value(randomArray(inputLength(convolution), 1));
          const output = storedTensor(new Float32Array(outputLength(convolution)), format);
          const moments = new Float32Array(momentsLength(convolution, tile));
          const buffers = { input, weight, bias: null, output: output.data };
          await runKernels(convForward<Data>(formatted(bench), buffers, tile, { moments }));
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
        await compare((bench) => {
          const weight = bench.single(randomWeight(convolution, 2));
          const outputGradient = bench.gradient(randomArray(outputLength(convolution), 1));
          const length = inputLength(convolution);
          const inputGradient = bench.gradient(randomArray(length, 3));
          const x = bench.value(randomArray(length, 4));
          const activated = bench.value(randomArray(length, 5));
          const { affine, mean, rstd } = norm(bench);
          const tileSums = () =>
            bench.single(2 * inChannels * tileSumsPerChannel(convolution, tile));
          const common = { x, mean, rstd, activation: 'relu' } as const;
          const buffers = { outputGradient, weight, inputGradient };
          const call = (options: Parameters<typeof convInputGradient<Data>>[2]) =>
            convInputGradient<Data>(formatted(bench), buffers, options, tile);
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
        await compare((bench) => {
          const input = bench.value(randomArray(inputLength(convolution), 1));
          const outputGradient = bench.gradient(randomArray(outputLength(convolution), 2));
          const copies = convWeightGradientCopies(convolution, tile);
          const partials = () => bench.single(copies * randomWeight(convolution, 1).length);
          const shaped = formatted(bench);
          return [
            convWeightGradient<Data>(shaped, { input, outputGradient, partials: partials() }, tile),
            convWeightGradient<Data>(
              shaped,
              { input, outputGradient, partials: partials() },
              tile,
              norm(bench),
            ),
          ];
        });
      }
    });
  },
);
