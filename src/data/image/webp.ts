/** What is checked of a WebP before a decoder sees it (RFC 9649). */
import { checkSize } from './rgbImage.ts';
import { t } from '../../text/t.ts';

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** Of a frame's rectangle, duration and flags, before its own chunks. */
const FRAME_HEADER_BYTES = 16;
/** Up to where each kind of image has its size. */
const SIZE_END: Readonly<Record<string, number>> = { 'VP8 ': 30, VP8L: 25, VP8X: 30 };
const IS_ANIMATED = 2;

const text = (bytes: Uint8Array, start: number): string =>
  String.fromCharCode(...bytes.subarray(start, start + 4));

export const isWebp = (bytes: Uint8Array): boolean =>
  text(bytes, 0) === 'RIFF' && text(bytes, 8) === 'WEBP';

/**
 * The image as a WebP that does not move: the first picture of an animated one, which libwebp's simple decoder refuses.
 * @throws Error for a WebP that is too large, cut short or damaged
 */
export function stillWebp(webp: Uint8Array): Uint8Array {
  const kind = text(webp, RIFF_HEADER_BYTES);
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength);
  if (webp.length < RIFF_HEADER_BYTES + 4) throw cutShort();
  const sizeEnd = SIZE_END[kind];
  if (sizeEnd === undefined) throw new Error(t`a damaged WebP`);
  if (webp.length < sizeEnd || view.getUint32(4, true) + 8 > webp.length) throw cutShort();
  const [width, height] = sizeOf(kind, view);
  checkSize(width, height, webp.length);
  const isAnimated = kind === 'VP8X' && ((webp[20] ?? 0) & IS_ANIMATED) !== 0;
  return isAnimated ? firstPicture(webp, view, width, height) : webp;
}

const cutShort = () => new Error(t`WebP is cut short`);

function sizeOf(kind: string, view: DataView): [width: number, height: number] {
  if (kind === 'VP8X') {
    return [(view.getUint32(24, true) & 0xffffff) + 1, (view.getUint32(26, true) >>> 8) + 1];
  }
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true);
    return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
  }
  return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
}

/** The first frame's picture as a file of its own, without its transparency. */
function firstPicture(webp: Uint8Array, view: DataView, width: number, height: number): Uint8Array {
  const frame = chunkOf(webp, view, RIFF_HEADER_BYTES, webp.length, ['ANMF']);
  const start = frame.start + CHUNK_HEADER_BYTES;
  const inside = start + FRAME_HEADER_BYTES;
  if (inside > frame.end) throw cutShort();
  const sides = [6, 9].map((at) => (view.getUint32(start + at, true) & 0xffffff) + 1);
  if (sides[0] !== width || sides[1] !== height) {
    throw new Error(t`an animated WebP whose first picture is only a part of it`);
  }
  const picture = chunkOf(webp, view, inside, frame.end, ['VP8 ', 'VP8L']);
  const still = new Uint8Array(RIFF_HEADER_BYTES + picture.end - picture.start);
  still.set(webp.subarray(0, RIFF_HEADER_BYTES));
  still.set(webp.subarray(picture.start, picture.end), RIFF_HEADER_BYTES);
  new DataView(still.buffer).setUint32(4, still.length - 8, true);
  // Its own size may differ from the frame's.
  return stillWebp(still);
}

/** The first chunk of one of these kinds between two places, with its header. @throws Error where there is none */
function chunkOf(
  webp: Uint8Array,
  view: DataView,
  from: number,
  to: number,
  kinds: readonly string[],
): { start: number; end: number } {
  let start = from;
  while (start + CHUNK_HEADER_BYTES <= to) {
    const size = view.getUint32(start + 4, true);
    // Chunks are padded to even lengths.
    const end = start + CHUNK_HEADER_BYTES + size + (size & 1);
    if (end > to) break;
    if (kinds.includes(text(webp, start))) return { start, end };
    start = end;
  }
  throw cutShort();
}
