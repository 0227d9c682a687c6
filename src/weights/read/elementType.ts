/** The types of numbers in stored tensors, and how they become float32. All are little-endian. */

/** Named as safetensors names them. */
export type ElementType =
  | 'F64'
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'I64'
  | 'I32'
  | 'I16'
  | 'I8'
  | 'U8'
  | 'BOOL';

interface ElementFormat {
  readonly bytes: number;
  /** Weights are floating-point numbers; counters and masks are not. */
  readonly kind: 'float' | 'integer';
  readonly read: (view: DataView, byte: number) => number;
}

const ELEMENTS: Readonly<Record<ElementType, ElementFormat>> = {
  F64: { bytes: 8, kind: 'float', read: (view, byte) => view.getFloat64(byte, true) },
  F32: { bytes: 4, kind: 'float', read: (view, byte) => view.getFloat32(byte, true) },
  F16: { bytes: 2, kind: 'float', read: (view, byte) => halfToNumber(view.getUint16(byte, true)) },
  BF16: { bytes: 2, kind: 'float', read: brainHalf },
  I64: { bytes: 8, kind: 'integer', read: (view, byte) => Number(view.getBigInt64(byte, true)) },
  I32: { bytes: 4, kind: 'integer', read: (view, byte) => view.getInt32(byte, true) },
  I16: { bytes: 2, kind: 'integer', read: (view, byte) => view.getInt16(byte, true) },
  I8: { bytes: 1, kind: 'integer', read: (view, byte) => view.getInt8(byte) },
  U8: { bytes: 1, kind: 'integer', read: (view, byte) => view.getUint8(byte) },
  BOOL: { bytes: 1, kind: 'integer', read: (view, byte) => view.getUint8(byte) },
};

export const elementBytes = (type: ElementType): number => ELEMENTS[type].bytes;

export const isFloatType = (type: ElementType): boolean => ELEMENTS[type].kind === 'float';

/** Positions of a tensor's elements in its storage, counted in elements, as in PyTorch. */
export interface Layout {
  readonly offset: number;
  readonly shape: readonly number[];
  /** Elements from one index to the next, per dimension. */
  readonly strides: readonly number[];
}

/** Row-major strides (`fortran`: column-major) of a packed tensor. */
export function packedStrides(shape: readonly number[], fortran = false): number[] {
  const strides = shape.map(() => 1);
  let stride = 1;
  for (let i = 0; i < shape.length; i++) {
    const dimension = fortran ? i : shape.length - 1 - i;
    strides[dimension] = stride;
    stride *= shape[dimension] ?? 1;
  }
  return strides;
}

/**
 * The elements of a tensor in row-major order, rounded to float32. The caller has checked that they are within `bytes`.
 * @param bytes the whole storage.
 */
export function gather(type: ElementType, bytes: Uint8Array, layout: Layout): Float32Array {
  const { offset, shape, strides } = layout;
  const { bytes: size, read } = ELEMENTS[type];
  const count = shape.reduce((product, length) => product * length, 1);
  const isPacked = packedStrides(shape).every(
    (stride, d) => stride === strides[d] || (shape[d] ?? 1) <= 1,
  );
  if (isPacked && type === 'F32') {
    // A copy, since a typed array must start at a multiple of its element size.
    const start = 4 * offset;
    return new Float32Array(new Uint8Array(bytes.subarray(start, start + 4 * count)).buffer);
  }
  const values = new Float32Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const index = shape.map(() => 0);
  let at = offset;
  for (let i = 0; i < count; i++) {
    values[i] = read(view, at * size);
    for (let d = shape.length - 1; d >= 0; d--) {
      const [length = 1, stride = 0] = [shape[d], strides[d]];
      const next = (index[d] ?? 0) + 1;
      at += stride;
      if (next < length) {
        index[d] = next;
        break;
      }
      index[d] = 0;
      at -= stride * length;
    }
  }
  return values;
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const WORD = new DataView(new ArrayBuffer(4));

/** bfloat16: the upper half of a float32. */
function brainHalf(view: DataView, byte: number): number {
  WORD.setUint32(0, view.getUint16(byte, true) << 16);
  return WORD.getFloat32(0);
}
