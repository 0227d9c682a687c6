/** Image files of every format and the archives that hold them, for tests to read. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { encode as encodePng } from 'fast-png';
import { fileOfBytes, type InputFile } from '../own/inputFile.ts';

const require = createRequire(import.meta.url);
const wasm = (path: string) => readFile(require.resolve(path));

export interface TestImage {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] */
  readonly pixels: Uint8Array;
}

/** One colour, with a darker lower half. */
export function testImage(width: number, height: number, colour: readonly number[]): TestImage {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const value = colour[i % 3] ?? 0;
    return Math.floor(i / 3 / width) < height / 2 ? value : value >> 1;
  });
  return { width, height, pixels };
}

export const pngFile = ({ width, height, pixels }: TestImage): Uint8Array =>
  encodePng({ width, height, channels: 3, depth: 8, data: pixels });

const imageData = ({ width, height, pixels }: TestImage): ImageData => {
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : (pixels[Math.floor(i / 4) * 3 + (i % 4)] ?? 0),
  );
  return { width, height, data, colorSpace: 'srgb' };
};

/** Of quality 90. */
export async function jpegFile(image: TestImage): Promise<Uint8Array> {
  const { default: encode, init } = await import('@jsquash/jpeg/encode.js');
  await init({ wasmBinary: await wasm('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm') });
  return new Uint8Array(await encode(imageData(image), { quality: 90 }));
}

/** Lossless. */
export async function webpFile(image: TestImage): Promise<Uint8Array> {
  const { default: encode, init } = await import('@jsquash/webp/encode.js');
  const options = { wasmBinary: await wasm('@jsquash/webp/codec/enc/webp_enc_simd.wasm') };
  await init(options);
  return new Uint8Array(await encode(imageData(image), { lossless: 1 }));
}

/** The same image as the only picture of an animated WebP. @param still of `webpFile` */
export function animatedWebp(still: Uint8Array, { width, height }: TestImage): Uint8Array {
  const chunk = (name: string, body: Uint8Array) => {
    const head = Buffer.alloc(8);
    head.write(name);
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body]);
  };
  const size = Buffer.alloc(6);
  size.writeUIntLE(width - 1, 0, 3);
  size.writeUIntLE(height - 1, 3, 3);
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    chunk('VP8X', Buffer.concat([Buffer.of(2, 0, 0, 0), size])),
    chunk('ANIM', Buffer.alloc(6)),
    chunk('ANMF', Buffer.concat([Buffer.alloc(6), size, Buffer.alloc(4), still.subarray(12)])),
  ]);
  return chunk('RIFF', body);
}

/** Colours 0 to 3 of a palette by clear codes alone: every colour stands for itself. */
export function gifFile(
  width: number,
  height: number,
  palette: readonly number[],
  colourAt: (x: number, y: number) => number,
  isInterlaced = false,
): Uint8Array {
  const rows = Array.from({ length: height }, (_, y) => y);
  const order = isInterlaced
    ? [...[0, 4, 2, 1].entries()].flatMap(([pass, first]) =>
        rows.filter((y) => y % ([8, 8, 4, 2][pass] ?? 1) === first),
      )
    : rows;
  let bits = '';
  // Least significant bit first: appended in front.
  const add = (code: number) => {
    bits = code.toString(2).padStart(3, '0') + bits;
  };
  for (const y of order) {
    for (let x = 0; x < width; x++) {
      add(4);
      add(colourAt(x, y));
    }
  }
  add(5);
  bits = bits.padStart(Math.ceil(bits.length / 8) * 8, '0');
  const data: number[] = [];
  for (let i = bits.length; i > 0; i -= 8) data.push(Number.parseInt(bits.slice(i - 8, i), 2));
  const blocks: number[] = [];
  for (let i = 0; i < data.length; i += 255) {
    const part = data.slice(i, i + 255);
    blocks.push(part.length, ...part);
  }
  const u16 = (value: number) => [value & 255, value >> 8];
  return Uint8Array.from([
    ...Buffer.from('GIF89a'),
    ...[...u16(width), ...u16(height), 0x81, 0, 0],
    ...Array.from({ length: 12 }, (_, i) => palette[i] ?? 0),
    ...[0x21, 0xf9, 4, 0, 0, 0, 0, 0],
    ...[0x2c, 0, 0, 0, 0, ...u16(width), ...u16(height), isInterlaced ? 0x40 : 0],
    ...[2, ...blocks, 0, 0x3b],
  ]);
}

export const filesOf = (files: Readonly<Record<string, Uint8Array>>): InputFile[] =>
  Object.entries(files).map(([name, bytes]) => fileOfBytes(name, bytes));
