/** Decodes the first picture of a GIF (GIF89a), in browsers and in Node alike. */
import { checkSize, type RgbImage } from './rgbImage.ts';
import { t } from '../../text/t.ts';

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const MAX_CODE_BITS = 12;

export const isGif = (bytes: Uint8Array): boolean =>
  /^GIF8[79]a/.test(String.fromCharCode(...bytes.subarray(0, 6)));

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly isInterlaced: boolean;
  readonly palette: Uint8Array;
  readonly codeBits: number;
  readonly data: Uint8Array;
}

/**
 * As Pillow's `convert('RGB')`: transparency is dropped. What the first picture leaves free is black.
 * @throws Error naming the fault
 */
export function decodeGif(gif: Uint8Array): RgbImage {
  if (!isGif(gif)) throw new Error(t`not a GIF`);
  const view = new DataView(gif.buffer, gif.byteOffset, gif.byteLength);
  if (gif.length < 13) throw new Error(t`GIF is cut short`);
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  checkSize(width, height, gif.length);
  const frame = firstFrame(gif, view);
  const { left, top, palette, isInterlaced } = frame;
  const indices = unpackLzw(frame);
  const pixels = new Uint8Array(width * height * 3);
  const rows = isInterlaced ? interlacedRows(frame.height) : null;
  for (let i = 0; i < indices.length; i++) {
    const line = Math.floor(i / frame.width);
    const x = left + (i % frame.width);
    const y = top + (rows?.[line] ?? line);
    if (x >= width || y >= height) continue;
    const colour = (indices[i] ?? 0) * 3;
    if (colour >= palette.length) throw new Error(t`no colour ${colour / 3} in the palette`);
    pixels.set(palette.subarray(colour, colour + 3), (y * width + x) * 3);
  }
  return { width, height, pixels };
}

function firstFrame(gif: Uint8Array, view: DataView): Frame {
  const cut = () => new Error(t`GIF is cut short`);
  let at = 13;
  const palette = (flags: number): Uint8Array => {
    if ((flags & 0x80) === 0) return new Uint8Array();
    const end = at + 3 * 2 ** ((flags & 7) + 1);
    if (end > gif.length) throw cut();
    const colours = gif.subarray(at, end);
    at = end;
    return colours;
  };
  /** Past the sub-blocks from `at` on. @returns where each starts */
  const skipBlocks = (): number[] => {
    const starts: number[] = [];
    for (;;) {
      const length = gif[at];
      if (length === undefined || at + 1 + length > gif.length) throw cut();
      if (length > 0) starts.push(at);
      at += 1 + length;
      if (length === 0) return starts;
    }
  };
  /** The sub-blocks from `at` on, joined. */
  const blocks = (): Uint8Array => {
    const parts = skipBlocks().map((start) =>
      gif.subarray(start + 1, start + 1 + (gif[start] ?? 0)),
    );
    const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let end = 0;
    for (const part of parts) {
      joined.set(part, end);
      end += part.length;
    }
    return joined;
  };
  const shared = palette(gif[10] ?? 0);
  for (;;) {
    const kind = gif[at++];
    if (kind === EXTENSION) {
      at++;
      skipBlocks();
      continue;
    }
    if (kind === undefined) throw cut();
    if (kind !== IMAGE) throw new Error(t`no picture in this GIF`);
    if (at + 9 > gif.length) throw cut();
    const [left, top] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    const [width, height] = [view.getUint16(at + 4, true), view.getUint16(at + 6, true)];
    checkSize(width, height, gif.length);
    const flags = gif[at + 8] ?? 0;
    at += 9;
    const own = palette(flags);
    const codeBits = gif[at++] ?? 0;
    if (codeBits < 1 || codeBits > 8) throw new Error(t`codes of ${codeBits} bits`);
    const isInterlaced = (flags & 0x40) !== 0;
    const colours = own.length > 0 ? own : shared;
    return { left, top, width, height, isInterlaced, palette: colours, codeBits, data: blocks() };
  }
}

/** The colour numbers of a picture, [height, width]. */
function unpackLzw({ data, codeBits, width, height }: Frame): Uint8Array {
  const out = new Uint8Array(width * height);
  const clear = 1 << codeBits;
  // A code is its prefix's colours and one more.
  const prefix = new Uint16Array(1 << MAX_CODE_BITS);
  const suffix = new Uint8Array(1 << MAX_CODE_BITS);
  const colours = new Uint8Array((1 << MAX_CODE_BITS) + 1);
  for (let code = 0; code < clear; code++) suffix[code] = code;
  let [size, next, last, first, done] = [codeBits + 1, clear + 2, -1, 0, 0];
  let [bits, held, at] = [0, 0, 0];
  while (done < out.length) {
    while (held < size && at < data.length) {
      bits |= (data[at++] ?? 0) << held;
      held += 8;
    }
    if (held < size) throw new Error(t`pixels are missing`);
    const code = bits & ((1 << size) - 1);
    bits >>= size;
    held -= size;
    if (code === clear) {
      [size, next, last] = [codeBits + 1, clear + 2, -1];
      continue;
    }
    if (code === clear + 1) throw new Error(t`pixels are missing`);
    const isKnown = code < next;
    if ((last < 0 && code >= clear) || code > next) throw new Error(t`damaged pixels`);
    let count = 0;
    if (!isKnown) colours[count++] = first;
    let part = isKnown ? code : last;
    for (; part >= clear; part = prefix[part] ?? 0) colours[count++] = suffix[part] ?? 0;
    first = suffix[part] ?? 0;
    colours[count++] = first;
    while (count > 0 && done < out.length) out[done++] = colours[--count] ?? 0;
    if (last >= 0 && next < 1 << MAX_CODE_BITS) {
      prefix[next] = last;
      suffix[next] = first;
      next++;
      if (next === 1 << size && size < MAX_CODE_BITS) size++;
    }
    last = code;
  }
  return out;
}

/** Where the lines go that are stored one after the other: every 8th, then those in between. */
function interlacedRows(height: number): number[] {
  const passes = [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const;
  return passes.flatMap(([start, step]) =>
    Array.from(
      { length: Math.max(0, Math.ceil((height - start) / step)) },
      (_, i) => start + i * step,
    ),
  );
}
