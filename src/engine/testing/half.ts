/** Half precision for tests: float16 as numbers and as bits (IEEE 754 binary16). */
import { SINGLE, type Storage, type TensorFormat } from '../webgpu/kernels/storage.ts';
import type { Data } from './runKernel.ts';

/** The float16 nearest to `x`, ties to even. */
export function toHalf(x: number): number {
  const magnitude = Math.abs(x);
  if (!Number.isFinite(x) || magnitude === 0) return x;
  // Below 2⁻¹⁴ all are multiples of 2⁻²⁴.
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)));
  const unit = 2 ** (exponent - 10);
  const rounded = roundToEven(magnitude / unit) * unit;
  return Math.sign(x) * (rounded > 65_504 ? Number.POSITIVE_INFINITY : rounded);
}

function roundToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** The bits of `x`, a float16. */
export function halfBits(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(x);
  if (Number.isNaN(x)) return 0x7e00;
  if (magnitude === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | (magnitude * 2 ** 24);
  const exponent = Math.floor(Math.log2(magnitude));
  return sign | ((exponent + 15) << 10) | (magnitude * 2 ** (10 - exponent) - 1024);
}

/** The number that `bits` stand for. */
export function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Formats to test: `rounded` everywhere, `half` if the device has it. */
export const halfFormats = (device: GPUDevice, gradientScale = 1): TensorFormat[] =>
  (device.features.has('shader-f16') ? (['rounded', 'half'] as const) : (['rounded'] as const)).map(
    (storage) => ({ storage, gradientScale }),
  );

/** A tensor as a kernel binds it. */
export interface StoredTensor {
  readonly data: Data;
  /** Its elements, also after a kernel has written them. */
  read(): Float32Array;
}

/** `values`, rounded as the format asks for. */
export function storedTensor(
  values: Float32Array,
  { storage }: Pick<TensorFormat, 'storage'> = SINGLE,
): StoredTensor {
  return TENSORS[storage](values);
}

const TENSORS: Readonly<Record<Storage, (values: Float32Array) => StoredTensor>> = {
  single: (values) => {
    const data = values.slice();
    return { data, read: () => data.slice() };
  },
  rounded: (values) => {
    const data = values.map(toHalf);
    return { data, read: () => data.slice() };
  },
  half: (values) => {
    // Buffers are written in fours of bytes.
    const data = new Uint16Array(2 * Math.ceil(values.length / 2));
    data.set(Array.from(values, (value) => halfBits(toHalf(value))));
    return {
      data,
      read: () => Float32Array.from(data.subarray(0, values.length), halfOf),
    };
  },
};
