/**
 * Decodes the PNGs of the data set: 32×32, 8-bit RGB, not interlaced. Gives the same bytes in browsers and in Node, and
 * verifies checksums. Our own because fast-png 8 does not bound what it unpacks (300 kB became 750 MB), cannot decode
 * into a buffer that exists, and takes 1.6 times as long on these images with checksums verified.
 */
import { unzlibSync } from 'fflate';
import { crc32 } from './crc32.ts';
import { IMAGE_SIZE } from './types.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const IHDR = 0x4948_4452;
const IDAT = 0x4944_4154;
const IEND = 0x4945_4e44;
/** A chunk's length, type and checksum. */
const CHUNK_OVERHEAD = 12;
const BYTES_PER_PIXEL = 3;
const LINE_BYTES = IMAGE_SIZE * BYTES_PER_PIXEL;

/** One pixel row after the other, each preceded by the byte that names its filter. */
const lines = new Uint8Array(IMAGE_SIZE * (1 + LINE_BYTES));

/**
 * Writes [32, 32, 3] bytes of one PNG to `out`.
 * @throws Error naming the fault
 */
export function decodeImage(png: Uint8Array, out: Uint8Array): void {
  if (SIGNATURE.some((byte, i) => png[i] !== byte)) throw new Error('not a PNG');
  const compressed = imageData(png);
  lines.fill(0);
  // The buffer's size bounds what is unpacked.
  const unpacked = unzlibSync(compressed, { out: lines });
  if (unpacked.length !== lines.length) throw new Error('pixels are missing');
  for (let y = 0; y < IMAGE_SIZE; y++) unfilterLine(y, out);
}

/** The compressed pixels: all IDAT chunks, joined. Checks the header and every checksum on the way. */
function imageData(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = SIGNATURE.length; at + CHUNK_OVERHEAD <= png.length; ) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    const end = at + CHUNK_OVERHEAD + length;
    if (end > png.length) break;
    const body = png.subarray(at + 8, end - 4);
    if (crc32(png.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw new Error('wrong checksum');
    }
    if (type === IHDR) checkHeader(body);
    if (type === IDAT) parts.push(body);
    if (type === IEND) {
      const [only] = parts;
      if (only === undefined) throw new Error('pixels are missing');
      return parts.length === 1 ? only : concatenate(parts);
    }
    if (at === SIGNATURE.length && type !== IHDR) throw new Error('not a PNG');
    at = end;
  }
  throw new Error('PNG is cut short');
}

function checkHeader(header: Uint8Array): void {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length !== 13) throw new Error('not a PNG');
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  if (width !== IMAGE_SIZE || height !== IMAGE_SIZE) {
    throw new Error(`${width}×${height} pixels instead of ${IMAGE_SIZE}×${IMAGE_SIZE}`);
  }
  const [depth, colorType, interlace] = [header[8], header[9], header[12]];
  if (depth !== 8 || colorType !== 2 || interlace !== 0) {
    throw new Error('not 8-bit RGB, or interlaced');
  }
}

/** Undoes the filter of line `y` (PNG specification, §9): each byte was stored as its difference from a prediction. */
function unfilterLine(y: number, out: Uint8Array): void {
  const from = y * (1 + LINE_BYTES) + 1;
  const to = y * LINE_BYTES;
  const filter = lines[from - 1] ?? 0;
  if (filter > 4) throw new Error(`unknown filter ${filter}`);
  for (let i = 0; i < LINE_BYTES; i++) {
    const left = i < BYTES_PER_PIXEL ? 0 : (out[to + i - BYTES_PER_PIXEL] ?? 0);
    const up = y === 0 ? 0 : (out[to + i - LINE_BYTES] ?? 0);
    let predicted = 0;
    if (filter === 1) predicted = left;
    else if (filter === 2) predicted = up;
    else if (filter === 3) predicted = (left + up) >> 1;
    else if (filter === 4) {
      const upLeft =
        y === 0 || i < BYTES_PER_PIXEL ? 0 : (out[to + i - LINE_BYTES - BYTES_PER_PIXEL] ?? 0);
      predicted = paeth(left, up, upLeft);
    }
    // Bytes wrap around.
    out[to + i] = (lines[from + i] ?? 0) + predicted;
  }
}

/** Whichever neighbour is nearest to left + up − upLeft. */
function paeth(left: number, up: number, upLeft: number): number {
  const toLeft = Math.abs(up - upLeft);
  const toUp = Math.abs(left - upLeft);
  const toUpLeft = Math.abs(left + up - 2 * upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
