/** C's `long double`, as NumPy stores it, to float64. */

const EXTENDED_BIAS = 16383;

/**
 * Float64 in the machine's order. On x86, 80 bits padded to 12 or 16 bytes; elsewhere, IEEE binary128.
 * @param bytes a whole number of elements of `size` bytes
 */
export function longDoubles(bytes: Uint8Array, size: 12 | 16, littleEndian: boolean): Uint8Array {
  const count = bytes.length / size;
  const values = new Float64Array(count);
  const isExtended = size === 12 || areExtended(bytes, littleEndian);
  const element = new Uint8Array(size);
  const view = new DataView(element.buffer);
  for (let i = 0; i < count; i++) {
    element.set(bytes.subarray(i * size, (i + 1) * size));
    if (!littleEndian) element.reverse();
    values[i] = isExtended ? extended(view) : quadruple(view);
  }
  return new Uint8Array(values.buffer);
}

/**
 * Whether all are of 80 bits: 0, or with the whole part set and an exponent that float64 has. What pads them may be
 * anything.
 */
function areExtended(bytes: Uint8Array, littleEndian: boolean): boolean {
  for (let start = 0; start < bytes.length; start += 16) {
    const at = (byte: number) => bytes[start + (littleEndian ? byte : 15 - byte)] ?? 0;
    const exponent = ((at(9) & 0x7f) << 8) | at(8);
    const isZero = exponent === 0 && at(7) === 0;
    const isNormal =
      at(7) >= 0x80 && (exponent === 0x7fff || Math.abs(exponent - EXTENDED_BIAS) < 1100);
    if (!isZero && !isNormal) return false;
  }
  return true;
}

/** 1 sign, 15 exponent bits; 64 bits of fraction, the first of which is the whole part. */
function extended(view: DataView): number {
  const top = view.getUint16(8, true);
  const fraction = Number(view.getBigUint64(0, true)) / 2 ** 63;
  const exponent = top & 0x7fff;
  const sign = top & 0x8000 ? -1 : 1;
  if (exponent === 0x7fff) return fraction === 1 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * scaled(fraction, exponent - EXTENDED_BIAS);
}

/** 1 sign, 15 exponent, 112 fraction bits. */
function quadruple(view: DataView): number {
  const top = view.getUint16(14, true);
  const upper = Number(view.getBigUint64(6, true));
  const fraction =
    upper / 2 ** 64 + Number(view.getBigUint64(0, true) & 0xffffffffffffn) / 2 ** 112;
  const exponent = top & 0x7fff;
  const sign = top & 0x8000 ? -1 : 1;
  if (exponent === 0x7fff) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * scaled(exponent === 0 ? fraction : 1 + fraction, exponent - EXTENDED_BIAS);
}

/** `value`·2^`exponent`, in two steps, since 2^−1074 is the smallest power there is. */
const scaled = (value: number, exponent: number): number =>
  value *
  2 ** Math.max(-1000, Math.min(1000, exponent)) *
  2 ** (exponent - Math.max(-1000, Math.min(1000, exponent)));
