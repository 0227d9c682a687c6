/** PNGs of any kind, unfiltered, for tests to read. */
import { crc32, deflateSync } from 'node:zlib';

export function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type), body, Buffer.alloc(4)]);
  bytes.writeUInt32BE(body.length, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

interface PngOptions {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
  readonly colourType: number;
  readonly isInterlaced?: boolean;
  /** [entries, 3] */
  readonly palette?: Uint8Array;
  readonly sample: (x: number, y: number, channel: number) => number;
}

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Start and step of each pass, across and down. */
const ADAM7 = [
  [0, 8, 0, 8],
  [4, 8, 0, 8],
  [0, 4, 4, 8],
  [2, 4, 0, 4],
  [0, 2, 2, 4],
  [1, 2, 0, 2],
  [0, 1, 1, 2],
] as const;

export function pngOf(options: PngOptions): Uint8Array {
  const { width, height, depth, colourType, isInterlaced = false, palette, sample } = options;
  const lines: number[] = [];
  for (const [x0, stepX, y0, stepY] of isInterlaced ? ADAM7 : ([[0, 1, 0, 1]] as const)) {
    if (x0 >= width) continue;
    for (let y = y0; y < height; y += stepY) {
      let bits = '';
      for (let x = x0; x < width; x += stepX) {
        for (let c = 0; c < (SAMPLES[colourType] ?? 1); c++) {
          bits += sample(x, y, c).toString(2).padStart(depth, '0');
        }
      }
      lines.push(0);
      for (let i = 0; i < bits.length; i += 8) {
        lines.push(Number.parseInt(bits.slice(i, i + 8).padEnd(8, '0'), 2));
      }
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, isInterlaced ? 1 : 0], 8);
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    ...(palette === undefined ? [] : [chunk('PLTE', palette)]),
    chunk('IDAT', deflateSync(Uint8Array.from(lines))),
    chunk('IEND', new Uint8Array()),
  ]);
}
