import { describe, expect, it } from 'vitest';
import { poolOutput } from '../../../plan/geometry.ts';
import { centralDifferences, dot, unwritten } from '../../../testing/numeric.ts';
import { type Data, randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { maxPoolGradientReference, maxPoolReference } from './maxPool.reference.ts';
import { type MaxPoolShape, maxPool, maxPoolGradient } from './maxPool.ts';

const SHAPES: readonly MaxPoolShape[] = [
  { batch: 4, channels: 8, height: 16, width: 16, kernel: 3, stride: 2, padding: 1 },
  { batch: 3, channels: 5, height: 7, width: 9, kernel: 3, stride: 2, padding: 1 },
  { batch: 5, channels: 1, height: 6, width: 5, kernel: 2, stride: 2, padding: 0 },
  { batch: 1, channels: 2, height: 5, width: 6, kernel: 3, stride: 1, padding: 1 },
  { batch: 2, channels: 3, height: 1, width: 1, kernel: 3, stride: 2, padding: 1 },
];

const inputLength = (s: MaxPoolShape) => s.channels * s.height * s.width * s.batch;
const outputLength = (s: MaxPoolShape) =>
  s.channels * poolOutput(s).height * poolOutput(s).width * s.batch;

async function pool(shape: MaxPoolShape, input: Float32Array) {
  const output = unwritten(outputLength(shape));
  const argmax = new Uint32Array(outputLength(shape)).fill(0xffffffff);
  await runKernels(maxPool<Data>(shape, { input, output, argmax }));
  return { output, argmax };
}

describe.each(SHAPES)(
  'max-pool $kernel×$kernel/$stride on $channels×$height×$width, batch $batch',
  (shape) => {
    it('takes the first largest of each window', async () => {
      // Four levels, so that nearly every window holds a tie.
      const input = randomArray(inputLength(shape), 1).map((value) => Math.round(value * 2));
      const expected = maxPoolReference(shape, input);
      const { output, argmax } = await pool(shape, input);
      expect(Array.from(output)).toEqual(Array.from(expected.output));
      expect(argmax).toEqual(expected.argmax);
    });

    it('sends the gradient back to the winners', async () => {
      const input = randomArray(inputLength(shape), 2);
      const outputGradient = randomArray(outputLength(shape), 3);
      const { argmax } = await pool(shape, input);
      const inputGradient = unwritten(inputLength(shape));
      await runKernels(maxPoolGradient<Data>(shape, { outputGradient, argmax, inputGradient }));
      const reference = maxPoolGradientReference(shape, outputGradient, argmax);
      expect(relativeError(inputGradient, reference)).toBeLessThan(1e-6);
      if (input.length < 1000) {
        const numeric = centralDifferences(
          input,
          (values) => dot(maxPoolReference(shape, values).output, outputGradient),
          1e-7,
        );
        expect(relativeError(inputGradient, numeric)).toBeLessThan(1e-6);
      }
    });
  },
);

describe('maxPool', () => {
  const shape = { batch: 1, channels: 1, height: 2, width: 4, kernel: 3, stride: 2, padding: 1 };

  it('keeps NaN and lets no padding win over negative numbers', async () => {
    const input = Float32Array.of(-5, -4, -3, -2, -8, -7, Number.NaN, -1);
    const { output, argmax } = await pool(shape, input);
    expect(Array.from(output)).toEqual([-4, Number.NaN]);
    expect(Array.from(argmax)).toEqual([1, 6]);
  });

  it('takes -∞ where a window holds nothing else', async () => {
    const input = new Float32Array(8).fill(Number.NEGATIVE_INFINITY);
    const { output, argmax } = await pool(shape, input);
    expect(Array.from(output)).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(Array.from(argmax)).toEqual([0, 1]);
  });

  it('refuses windows that may lie in the padding alone', () => {
    const buffers = { input: 0, output: 1, argmax: 2 };
    expect(() => maxPool({ ...shape, padding: 2 }, buffers)).toThrow(
      'max-pool padding 2 > half of kernel 3',
    );
  });
});
