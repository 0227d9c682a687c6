/** The types of numbers in stored tensors, and how they become float32. */

/** Named as safetensors names them. */
export type ElementType =
  | 'F64'
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'F8_E4M3'
  | 'F8_E5M2'
  | 'I64'
  | 'I32'
  | 'I16'
  | 'I8'
  | 'U64'
  | 'U32'
  | 'U16'
  | 'U8'
  | 'BOOL';

interface ElementFormat {
  readonly bytes: number;
  /** Weights are floating-point numbers; counters and masks are not. */
  readonly kind: 'float' | 'integer';
  readonly read: (view: DataView, byte: number, littleEndian: boolean) => number;
}

const float = (bytes: number, read: ElementFormat['read']): ElementFormat => ({
  ...{ bytes, kind: 'float', read },
});
const integer = (bytes: number, read: ElementFormat['read']): ElementFormat => ({
  ...{ bytes, kind: 'integer', read },
});

const ELEMENTS: Readonly<Record<ElementType, ElementFormat>> = {
  F64: float(8, (view, byte, little) => view.getFloat64(byte, little)),
  F32: float(4, (view, byte, little) => view.getFloat32(byte, little)),
  F16: float(2, (view, byte, little) => halfToNumber(view.getUint16(byte, little))),
  BF16: float(2, (view, byte, little) => brainHalf(view.getUint16(byte, little))),
  F8_E4M3: float(1, (view, byte) => quarterToNumber(view.getUint8(byte))),
  // The upper half of a float16.
  F8_E5M2: float(1, (view, byte) => halfToNumber(view.getUint8(byte) << 8)),
  I64: integer(8, (view, byte, little) => Number(view.getBigInt64(byte, little))),
  I32: integer(4, (view, byte, little) => view.getInt32(byte, little)),
  I16: integer(2, (view, byte, little) => view.getInt16(byte, little)),
  I8: integer(1, (view, byte) => view.getInt8(byte)),
  U64: integer(8, (view, byte, little) => Number(view.getBigUint64(byte, little))),
  U32: integer(4, (view, byte, little) => view.getUint32(byte, little)),
  U16: integer(2, (view, byte, little) => view.getUint16(byte, little)),
  U8: integer(1, (view, byte) => view.getUint8(byte)),
  BOOL: integer(1, (view, byte) => view.getUint8(byte)),
};

export const elementBytes = (type: ElementType): number => ELEMENTS[type].bytes;

export const isElementType = (value: unknown): value is ElementType =>
  typeof value === 'string' && Object.hasOwn(ELEMENTS, value);

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

/** Whether elements follow each other in row-major order. */
export const isPacked = ({ shape, strides }: Layout): boolean =>
  packedStrides(shape).every((stride, d) => stride === strides[d] || (shape[d] ?? 1) <= 1);

/**
 * The elements of a tensor in row-major order, rounded to float32. The caller has checked that they are within `bytes`.
 * @param bytes the whole storage.
 */
export function gather(
  type: ElementType,
  bytes: Uint8Array,
  layout: Layout,
  littleEndian = true,
): Float32Array {
  const { offset, shape, strides } = layout;
  const { bytes: size, read } = ELEMENTS[type];
  const count = shape.reduce((product, length) => product * length, 1);
  if (isPacked(layout) && type === 'F32' && littleEndian) {
    // A copy, since a typed array must start at a multiple of its element size.
    const start = 4 * offset;
    return new Float32Array(new Uint8Array(bytes.subarray(start, start + 4 * count)).buffer);
  }
  const values = new Float32Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const index = shape.map(() => 0);
  let at = offset;
  for (let i = 0; i < count; i++) {
    values[i] = read(view, at * size, littleEndian);
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

/** FP8 as in ONNX and PyTorch's `float8_e4m3fn`: 1 sign, 4 exponent, 3 fraction bits; no infinity, one NaN. */
function quarterToNumber(bits: number): number {
  const sign = bits & 0x80 ? -1 : 1;
  const exponent = (bits >> 3) & 15;
  const fraction = bits & 7;
  if (exponent === 15 && fraction === 7) return Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -9;
  return sign * (8 + fraction) * 2 ** (exponent - 10);
}

const WORD = new DataView(new ArrayBuffer(4));

/** bfloat16: the upper half of a float32. */
function brainHalf(bits: number): number {
  WORD.setUint32(0, bits << 16);
  return WORD.getFloat32(0);
}
