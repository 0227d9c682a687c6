/** Decodes the PNGs of the data set: 32×32, 8-bit RGB. The same bits in browsers and Node, with no canvas in between. */
import { decode } from 'fast-png';
import { IMAGE_BYTES, IMAGE_SIZE } from './types.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Signature, then a chunk's length, type and 13 bytes of IHDR. */
const HEADER_BYTES = 29;

/**
 * [32, 32, 3] bytes of one PNG.
 * @throws Error saying what is wrong with it
 */
export function decodeImage(png: Uint8Array): Uint8Array {
  if (png.length < HEADER_BYTES || SIGNATURE.some((byte, i) => png[i] !== byte)) {
    throw new Error('not a PNG');
  }
  const header = new DataView(png.buffer, png.byteOffset, HEADER_BYTES);
  const [width, height] = [header.getUint32(16), header.getUint32(20)];
  const [depth, colorType] = [header.getUint8(24), header.getUint8(25)];
  // Checked before decoding, which allocates what the header says.
  if (width !== IMAGE_SIZE || height !== IMAGE_SIZE) {
    throw new Error(`${width}×${height} pixels instead of ${IMAGE_SIZE}×${IMAGE_SIZE}`);
  }
  if (depth !== 8 || colorType !== 2) throw new Error('not 8-bit RGB');
  const { data } = decode(png);
  if (!(data instanceof Uint8Array) || data.length !== IMAGE_BYTES) {
    throw new Error('pixels are missing');
  }
  return data;
}
