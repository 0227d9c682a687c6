/** `.npy`: one NumPy array, format 1.0 (numpy.lib.format), C order, little-endian. */

/** `\x93NUMPY`, version 1.0 */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const LENGTH_BYTES = 2;
/** Alignment of the data, in bytes. */
const ALIGNMENT = 64;

/** The file's bytes. */
export function npy(
  shape: readonly number[],
  data: Float32Array | Uint8Array | Uint32Array,
): Uint8Array<ArrayBuffer> {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descriptionOf(data)}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const prefix = MAGIC.length + LENGTH_BYTES;
  // A line break ends the header.
  const start = ALIGNMENT * Math.ceil((prefix + text.length + 1) / ALIGNMENT);
  const file = new Uint8Array(start + data.byteLength);
  file.set(MAGIC);
  new DataView(file.buffer).setUint16(MAGIC.length, start - prefix, true);
  file.set(new TextEncoder().encode(`${text.padEnd(start - prefix - 1)}\n`), prefix);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return file;
}

function descriptionOf(data: Float32Array | Uint8Array | Uint32Array): string {
  if (data instanceof Float32Array) return '<f4';
  return data instanceof Uint8Array ? '|u1' : '<u4';
}
