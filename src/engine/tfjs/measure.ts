/** How fast the backend is, by the layer that training spends its time in. */
import { conv2d, dispose, randomUniform, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { convInputGradient, convWeightGradient } from './convolution.ts';

const BATCH = 32;
const SIZE = 16;
const CHANNELS = 16;
const WINDOW = { kernel: 3, stride: 1, padding: 1 };
/** Multiply-adds of the three directions. */
const MACS = 3 * BATCH * SIZE ** 2 * CHANNELS ** 2 * WINDOW.kernel ** 2;

/**
 * GFLOP/s (a multiply-add counts two) of a 3×3 convolution, forward and both gradients, 16 channels, 16×16, batch 32.
 * Repeats it more and more often until one round takes a fifth of `budgetMs`.
 */
export async function measureConvolution(budgetMs = 500): Promise<number> {
  const x: Tensor4D = randomUniform([BATCH, SIZE, SIZE, CHANNELS]);
  const weight: Tensor4D = randomUniform([3, 3, CHANNELS, CHANNELS]);
  const round = async (repeats: number): Promise<number> => {
    const start = performance.now();
    const last = tidy(() => {
      let y = x;
      for (let i = 0; i < repeats; i++) {
        y = tidy(() => {
          convWeightGradient(x, y, WINDOW);
          return conv2d(convInputGradient(x, weight, [SIZE, SIZE], WINDOW), weight, 1, 1);
        });
      }
      return y;
    });
    await last.data();
    last.dispose();
    return performance.now() - start;
  };
  const begin = performance.now();
  await round(1);
  let repeats = 1;
  let ms = await round(repeats);
  while (ms < budgetMs / 5 && performance.now() - begin < budgetMs && repeats < 4096) {
    repeats *= 4;
    ms = await round(repeats);
  }
  dispose([x, weight]);
  return (2 * MACS * repeats) / ms / 1e6;
}
