import { describe, expect, it } from 'vitest';
import type { Activation, SubsamplePad } from '../../../plan/operations/operation.ts';
import { randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { ACTIVATION_INDEX } from '../activation.ts';
import { countOf } from '../batchNormStatistics/batchNormStatistics.ts';
import { pointwiseReference } from './pointwise.reference.ts';
import { pointwise } from './pointwise.ts';

const SHAPE = { batch: 3, channels: 6, height: 5, width: 4 };
const SIZE = SHAPE.channels * countOf(SHAPE);
/** 3 channels at 9×8 become 6 at 5×4: one zero channel before, two after. */
const OPTION_A: SubsamplePad = { channels: 3, height: 9, width: 8, stride: 2, padBefore: 1 };

const ACTIVATIONS = Object.keys(ACTIVATION_INDEX) as Activation[];

const norm = {
  gamma: randomArray(8, 2),
  beta: randomArray(8, 3),
  mean: randomArray(8, 4),
  rstd: randomArray(8, 5).map((x) => x + 2),
};
const input = randomArray(SIZE, 1).map((x) => 4 * x);

describe.each(ACTIVATIONS)('%s', (activation) => {
  it.each(['none', 'same', 'option A'] as const)('with shortcut: %s', async (kind) => {
    const subsamplePad = kind === 'option A' ? OPTION_A : null;
    const shortcut = kind === 'none' ? null : randomArray(subsamplePad ? 3 * 9 * 8 * 3 : SIZE, 6);
    for (const affine of [norm, null]) {
      const output = new Float32Array(SIZE).fill(Number.NaN);
      const options = { activation, subsamplePad };
      await runKernels(pointwise(SHAPE, options, { input, output, norm: affine, shortcut }));
      const expected = pointwiseReference(SHAPE, options, input, affine, shortcut);
      expect(relativeError(output, expected)).toBeLessThan(1e-6);
    }
  });
});

it('lets NaN through every activation', async () => {
  for (const activation of ACTIVATIONS) {
    const shape = { batch: 1, channels: 1, height: 1, width: 1 };
    // NaN made on the GPU, not uploaded: ∞ − ∞.
    const infinite = Float32Array.of(Number.POSITIVE_INFINITY);
    const output = new Float32Array(1);
    const shortcut = Float32Array.of(Number.NEGATIVE_INFINITY);
    const options = { activation, subsamplePad: null };
    await runKernels(pointwise(shape, options, { input: infinite, output, norm: null, shortcut }));
    expect(output[0]).toBeNaN();
  }
});
