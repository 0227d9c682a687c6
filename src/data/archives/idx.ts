/** IDX, the format of MNIST and of the sets made after it: sizes and bytes, big-endian. */
import { greyImage } from '../image/rawImage.ts';
import { fitted } from '../image/fit.ts';
import { IMAGE_BYTES } from '../types.ts';
import { t } from '../../text/t.ts';

const UNSIGNED_BYTES = 8;

/** `[dimensions]`, and their bytes. @throws Error naming the fault */
function readIdx(bytes: Uint8Array, dimensions: number): { shape: number[]; data: Uint8Array } {
  const start = 4 + 4 * dimensions;
  if (bytes.length < start || bytes[0] !== 0 || bytes[1] !== 0) throw new Error(t`not an IDX file`);
  if (bytes[2] !== UNSIGNED_BYTES || bytes[3] !== dimensions) {
    throw new Error(
      t`an IDX file of type ${bytes[2] ?? '?'} with ${bytes[3] ?? '?'} dimensions, not of bytes with ${dimensions}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((product, n) => product * n, 1);
  if (bytes.length !== start + size)
    throw new Error(t`${bytes.length - start} bytes for ${shape.join('×')}`);
  return { shape, data: bytes.subarray(start) };
}

/** Grey images [count, height, width] as [count, 32, 32, 3], smaller ones in the middle of black. */
export function idxImages(bytes: Uint8Array): Uint8Array {
  const { shape, data } = readIdx(bytes, 3);
  const [count = 0, height = 0, width = 0] = shape;
  // Any number of them would take no bytes of the file.
  if (count > 0 && height * width === 0) throw new Error(t`images of ${height}×${width} pixels`);
  const isSmall = height <= 32 && width <= 32;
  const pixels = new Uint8Array(count * IMAGE_BYTES);
  for (let i = 0; i < count; i++) {
    const grey = data.subarray(i * height * width, (i + 1) * height * width);
    pixels.set(fitted(greyImage(grey, width, height), isSmall ? 'pad' : 'crop'), i * IMAGE_BYTES);
  }
  return pixels;
}

export const idxLabels = (bytes: Uint8Array): Uint16Array =>
  Uint16Array.from(readIdx(bytes, 1).data);
