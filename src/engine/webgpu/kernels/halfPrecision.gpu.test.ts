/**
 * Every kernel that touches activations, in half precision: on the values stored it must compute what it does in single
 * precision, and store that rounded. Gradients come and go with their scale; sums, moments and parameters' gradients
 * without. The convolutions: `convHalfPrecision.test.ts`.
 */
import { describe, it } from 'vitest';
import { poolOutput } from '../../plan/geometry.ts';
import { compare, SCALE } from '../../testing/precisionHarness.ts';
import { type Data, randomArray } from '../../testing/runKernel.ts';
import { activationGradient } from './activationGradient/activationGradient.ts';
import {
  batchNormGradientApply,
  batchNormGradientReduce,
} from './batchNormGradient/batchNormGradient.ts';
import { batchNormStatistics } from './batchNormStatistics/batchNormStatistics.ts';
import { channelMoments } from './channelMoments/channelMoments.ts';
import { channelSum } from './channelSum/channelSum.ts';
import {
  globalAveragePool,
  globalAveragePoolGradient,
} from './globalAveragePool/globalAveragePool.ts';
import { maxPool, maxPoolGradient } from './maxPool/maxPool.ts';
import { dropout, dropoutGradient } from './dropout/dropout.ts';
import { pointwise } from './pointwise/pointwise.ts';
import { product } from './product/product.ts';
import { packStep } from './step.ts';
import { subsamplePad } from './subsamplePad/subsamplePad.ts';
import { subsamplePadGradient } from './subsamplePadGradient/subsamplePadGradient.ts';

const BATCH = 3;
const shape = { batch: BATCH, channels: 3, height: 3, width: 5 };
const COUNT = 3 * 5 * BATCH;
const LENGTH = 3 * COUNT;
const channel = (seed: number) => randomArray(3, seed).map((x) => 1 + 0.3 * x);

describe('in half precision', () => {
  it('activationGradient', async () => {
    for (const activation of ['relu', 'tanh'] as const) {
      await compare((harness) => {
        const gradient = harness.gradient(randomArray(LENGTH, 1));
        const output = harness.value(randomArray(LENGTH, 2));
        const inputGradient = harness.gradient(randomArray(LENGTH, 3));
        return [
          activationGradient(
            LENGTH,
            activation,
            { gradient, output, inputGradient },
            harness.format,
          ),
          activationGradient(
            LENGTH,
            activation,
            { gradient, output, inputGradient: gradient },
            harness.format,
          ),
        ];
      });
    }
  });

  it('batchNormStatistics, channelMoments and channelSum', async () => {
    await compare((harness) => {
      const formatted = { ...shape, format: harness.format };
      const input = harness.value(randomArray(LENGTH, 1));
      const step = new Uint32Array(
        packStep({ slot: 0, step: 0, seed: 0, rows: BATCH, learningRate: 0 }),
      );
      const [mean, rstd, runningMean, runningVar] = [3, 3, 3, 3].map((n) => harness.single(n));
      if (!mean || !rstd || !runningMean || !runningVar) throw new Error('no bindings');
      const gradient = harness.gradient(randomArray(LENGTH, 2));
      return [
        batchNormStatistics<Data>(
          { ...formatted, epsilon: 1e-5 },
          { input, mean, rstd, runningMean, runningVar },
        ),
        channelMoments<Data>(formatted, { input, moments: harness.single(6), step }),
        channelSum<Data>(formatted, { input: gradient, output: harness.single(3) }),
      ];
    });
  });

  it('batchNormGradient', async () => {
    for (const activation of ['none', 'relu'] as const) {
      await compare((harness) => {
        const formatted = { ...shape, format: harness.format };
        const gradient = harness.gradient(randomArray(LENGTH, 1));
        const input = harness.value(randomArray(LENGTH, 2));
        const output = harness.value(randomArray(LENGTH, 3));
        const [mean, rstd, gamma] = [4, 5, 6].map((seed) => harness.single(channel(seed)));
        const [gammaGradient, betaGradient] = [harness.single(3), harness.single(3)];
        if (!mean || !rstd || !gamma) throw new Error('no bindings');
        const inputGradient = harness.gradient(randomArray(LENGTH, 7));
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
    await compare((harness) => {
      const formatted = { ...shape, format: harness.format };
      const input = harness.value(randomArray(LENGTH, 1));
      const outputGradient = harness.single(randomArray(3 * BATCH, 2).map((x) => x / SCALE));
      return [
        globalAveragePool<Data>(formatted, { input, output: harness.single(3 * BATCH) }),
        globalAveragePoolGradient<Data>(formatted, {
          outputGradient,
          inputGradient: harness.gradient(LENGTH),
        }),
      ];
    });
  });

  it('maxPool', async () => {
    const pooling = { ...shape, kernel: 3, stride: 2, padding: 1 };
    const out = poolOutput(pooling);
    const length = 3 * out.height * out.width * BATCH;
    await compare((harness) => {
      const formatted = { ...pooling, format: harness.format };
      const argmax = new Uint32Array(length);
      const input = harness.value(randomArray(LENGTH, 1));
      const outputGradient = harness.gradient(randomArray(length, 2));
      return [
        maxPool<Data>(formatted, { input, output: harness.value(length), argmax }),
        maxPoolGradient<Data>(formatted, {
          outputGradient,
          argmax,
          inputGradient: harness.gradient(LENGTH),
        }),
      ];
    });
  });

  it('product and dropout', async () => {
    const step = new Uint32Array(
      packStep({ slot: 0, step: 3, seed: 5, rows: BATCH, learningRate: 0 }),
    );
    await compare((harness) => {
      const { format } = harness;
      const [x, gate] = [1, 2].map((seed) => harness.value(randomArray(LENGTH, seed)));
      if (!x || !gate) throw new Error('no bindings');
      const gradient = harness.gradient(randomArray(LENGTH, 3));
      const [ofX, ofGate] = [harness.gradient(LENGTH), harness.gradient(randomArray(LENGTH, 4))];
      const drops = { batch: BATCH, features: LENGTH / BATCH, rate: 0.4, stream: 9, format };
      return [
        product<Data>(
          LENGTH,
          'itself',
          { a: x, b: gate, output: harness.value(LENGTH) },
          { format },
        ),
        product<Data>(LENGTH, 'complement', { a: gradient, b: gate, output: ofX }, { format }),
        product<Data>(
          LENGTH,
          'negative',
          { a: gradient, b: x, output: ofGate },
          { format, accumulate: true },
        ),
        dropout<Data>(drops, { input: x, output: harness.value(LENGTH), step }),
        dropoutGradient<Data>(drops, {
          ...{ outputGradient: gradient, inputGradient: harness.gradient(LENGTH), step },
        }),
      ];
    });
  });

  it('pointwise and the option-A shortcut', async () => {
    const from = { channels: 1, height: 6, width: 9, stride: 2, padBefore: 1 };
    const fromLength = 6 * 9 * BATCH;
    await compare((harness) => {
      const formatted = { ...shape, format: harness.format };
      const input = harness.value(randomArray(LENGTH, 1));
      const [gamma, beta, mean, rstd] = [2, 3, 4, 5].map((seed) => harness.single(channel(seed)));
      if (!gamma || !beta || !mean || !rstd) throw new Error('no bindings');
      const norm = { gamma, beta, mean, rstd };
      const strided = harness.value(randomArray(fromLength, 6));
      const outputs = Array.from({ length: 3 }, () => harness.value(LENGTH));
      const [plain, added, padded] = outputs;
      if (!plain || !added || !padded) throw new Error('no bindings');
      const outputGradient = harness.gradient(randomArray(LENGTH, 7));
      const relu = { activation: 'relu', subsamplePad: null } as const;
      return [
        pointwise<Data>(formatted, relu, { input, output: plain, norm, shortcut: null }),
        pointwise<Data>(formatted, relu, { input, output: added, norm, shortcut: plain }),
        pointwise<Data>(
          formatted,
          { activation: 'none', subsamplePad: from },
          { input, output: padded, norm: null, shortcut: strided },
        ),
        subsamplePad<Data>(formatted, from, { input: strided, output: harness.value(LENGTH) }),
        subsamplePadGradient<Data>(formatted, from, {
          outputGradient,
          inputGradient: harness.gradient(fromLength),
        }),
      ];
    });
  });
});
