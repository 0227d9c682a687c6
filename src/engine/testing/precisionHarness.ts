/** Runs a kernel in single precision and in half, and compares what it stores. */
import { expect } from 'vitest';
import type { KernelCall } from '../webgpu/kernels/kernel.ts';
import { SINGLE, type TensorFormat } from '../webgpu/kernels/storage.ts';
import { halfFormats, type StoredTensor, storedTensor, toHalf } from './half.ts';
import { type Data, relativeError, runKernels, testDevice } from './runKernel.ts';

/** Of gradients, in the format under test. */
export const SCALE = 64;

/** What a kernel's bindings are made of: what is stored in the format under test, and what stays single. */
export class PrecisionHarness {
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

type Make = (harness: PrecisionHarness) => KernelCall<Data>[];

/** Runs the same calls in single precision and in every kind of half that there is, and compares all bindings. */
export async function compare(make: Make): Promise<void> {
  const single = new PrecisionHarness(SINGLE);
  await runKernels(...make(single));
  for (const format of halfFormats(await testDevice(), SCALE)) {
    const harness = new PrecisionHarness(format);
    await runKernels(...make(harness));
    expectRounded(harness.values, single.values, 1);
    expectRounded(harness.gradients, single.gradients, SCALE);
    for (const [i, array] of harness.plain.entries()) {
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
