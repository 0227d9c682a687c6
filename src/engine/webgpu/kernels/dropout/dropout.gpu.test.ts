import { describe, expect, it } from 'vitest';
import { centralDifferences, dot, unwritten } from '../../../testing/numeric.ts';
import { type Data, randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { packStep } from '../step.ts';
import { dropoutReference } from './dropout.reference.ts';
import { type DropoutShape, dropout, dropoutGradient } from './dropout.ts';

const stepOf = (step: number, { batch }: DropoutShape, seed = 7, part = {}) =>
  new Uint32Array(packStep({ slot: 0, step, seed, rows: batch, learningRate: 0, ...part }));

async function drop(shape: DropoutShape, input: Float32Array, step: Uint32Array) {
  const output = unwritten(input.length);
  await runKernels(dropout<Data>(shape, { input, output, step }));
  return output;
}

describe.each<DropoutShape>([
  { batch: 8, features: 64, rate: 0.5, stream: 12 },
  { batch: 3, features: 7, rate: 0.1, stream: 0xffffffff },
  { batch: 5, features: 13, rate: 0, stream: 0 },
])('dropout $rate of $features×$batch', (shape) => {
  const elements = shape.features * shape.batch;

  it('draws the mask of the reference, in both directions', async () => {
    for (const step of [0, 1, 4_000_000_000]) {
      const input = randomArray(elements, 1);
      const expected = dropoutReference(shape, { seed: 7, step }, input);
      expect(relativeError(await drop(shape, input, stepOf(step, shape)), expected)).toBeLessThan(
        3e-7,
      );
      const inputGradient = unwritten(elements);
      const buffers = { outputGradient: input, inputGradient, step: stepOf(step, shape) };
      await runKernels(dropoutGradient<Data>(shape, buffers));
      const numeric = centralDifferences(randomArray(elements, 2), (values) =>
        dot(dropoutReference(shape, { seed: 7, step }, values), input),
      );
      expect(relativeError(inputGradient, numeric)).toBeLessThan(1e-6);
    }
  });
});

describe('dropout', () => {
  const shape = { batch: 64, features: 256, rate: 0.25, stream: 3 };
  const ones = () => new Float32Array(64 * 256).fill(1);

  it('drops the share it should, scales up the rest and keeps the mean', async () => {
    const output = await drop(shape, ones(), stepOf(5, shape));
    const kept = output.filter((value) => value !== 0);
    expect(new Set(kept)).toEqual(new Set([Math.fround(4 / 3)]));
    // Standard deviation 0.0034.
    expect(Math.abs(kept.length / output.length - 0.75)).toBeLessThan(0.015);
  });

  it('draws other numbers for another step, seed or stream', async () => {
    const first = await drop(shape, ones(), stepOf(5, shape));
    const others = [
      await drop(shape, ones(), stepOf(6, shape)),
      await drop(shape, ones(), stepOf(5, shape, 8)),
      await drop({ ...shape, stream: 4 }, ones(), stepOf(5, shape)),
    ];
    for (const other of others) {
      const same = other.filter((value, i) => value === first[i]).length / other.length;
      // Independent masks agree on 0.75² + 0.25² of the elements.
      expect(Math.abs(same - 0.625)).toBeLessThan(0.02);
    }
  });

  it('draws a micro-batch the masks of its images in the whole batch', async () => {
    const { batch, features } = shape;
    const whole = await drop(shape, ones(), stepOf(5, shape));
    for (const [firstImage, images] of [
      [0, 40],
      [40, 24],
    ] as const) {
      const micro = { ...shape, batch: images };
      const part = stepOf(5, micro, 7, { images: batch, firstImage });
      const output = await drop(micro, new Float32Array(images * features).fill(1), part);
      const expected = output.map((_, i) => {
        const [c, n] = [Math.floor(i / images), i % images];
        return whole[c * batch + firstImage + n] ?? Number.NaN;
      });
      expect(output).toEqual(expected);
    }
  });

  it('keeps NaN even where it drops', async () => {
    const output = await drop(shape, ones().fill(Number.NaN), stepOf(0, shape));
    expect(output.every(Number.isNaN)).toBe(true);
  });

  it('refuses a rate outside [0, 1)', () => {
    for (const rate of [1, -0.1, Number.NaN]) {
      expect(() => dropout({ ...shape, rate }, { input: 0, output: 1, step: 2 })).toThrow(
        `dropout rate ${rate} is not in [0, 1)`,
      );
    }
  });
});
