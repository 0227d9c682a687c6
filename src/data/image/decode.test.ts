import { describe, expect, it } from 'vitest';
import { nodeCodecs } from '../nodeCodecs.ts';
import {
  animatedWebp,
  gifFile,
  jpegFile,
  pngFile,
  testImage,
  webpFile,
} from '../testing/images.ts';
import { decodeImage } from './decode.ts';

const decode = (bytes: Uint8Array) => decodeImage(bytes, nodeCodecs);
const image = testImage(40, 24, [200, 100, 50]);

/** Its thumbnail is a whole JPEG in an APP1 segment. */
async function cutBehindThumbnail(): Promise<Uint8Array> {
  const jpeg = await jpegFile(image);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(2 + jpeg.length, 4);
  return Buffer.concat([head, jpeg, jpeg.subarray(2, -40)]);
}

/** As far as its frame header tells. */
async function cmykJpeg(): Promise<Uint8Array> {
  const jpeg = Buffer.from(await jpegFile(image));
  jpeg[jpeg.indexOf(Buffer.from([0xff, 0xc2])) + 9] = 4;
  return jpeg;
}

describe('decodeImage', () => {
  it('reads PNG and lossless WebP to the bit', async () => {
    expect(await decode(pngFile(image))).toEqual(image);
    expect(await decode(await webpFile(image))).toEqual(image);
  });

  it('reads the first picture of an animated WebP', async () => {
    expect(await decode(animatedWebp(await webpFile(image), image))).toEqual(image);
  });

  it('reads the smallest WebP', async () => {
    const dot = testImage(1, 1, [7, 8, 9]);
    expect([...(await decode(await webpFile(dot))).pixels]).toHaveLength(3);
  });

  it('reads JPEG closely', async () => {
    const { width, height, pixels } = await decode(await jpegFile(image));
    expect([width, height]).toEqual([40, 24]);
    const worst = pixels.reduce(
      (most, byte, i) => Math.max(most, Math.abs(byte - (image.pixels[i] ?? 0))),
      0,
    );
    expect(worst).toBeLessThan(12);
  });

  it.each([false, true])('reads GIF, interlaced: %s', async (isInterlaced) => {
    const palette = [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255];
    const colourAt = (x: number, y: number) => (x * 3 + y) % 4;
    const { pixels } = await decode(gifFile(20, 13, palette, colourAt, isInterlaced));
    const wanted = Array.from({ length: 20 * 13 * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % 20, Math.floor(i / 60)];
      return palette[colourAt(x, y) * 3 + (i % 3)];
    });
    expect([...pixels]).toEqual(wanted);
  });

  it.each<[string, () => Uint8Array | Promise<Uint8Array>, RegExp]>([
    ['a JPEG cut short', async () => (await jpegFile(image)).slice(0, -40), /JPEG is cut short/],
    ['a JPEG cut short behind its thumbnail', cutBehindThumbnail, /JPEG is cut short/],
    ['a JPEG of four inks', cmykJpeg, /a CMYK JPEG; save it as RGB/],
    ['a WebP cut short', async () => (await webpFile(image)).slice(0, -4), /WebP is cut short/],
    ['a GIF cut short', () => gifFile(9, 9, [], () => 1).slice(0, 60), /GIF is cut short/],
    ['a GIF’s header alone', () => gifFile(9, 9, [], () => 1).slice(0, 10), /GIF is cut short/],
    ['a bitmap', () => Buffer.from('BM000000'), /but BMP/],
    ['a web page', () => Buffer.from('<!doctype html><title>x'), /but a web page/],
    ['a pointer', () => Buffer.from('version https://git-lfs.github.com/spec/v1'), /Git LFS/],
    ['text', () => Buffer.from('hello'), /but something else/],
    ['nothing', () => new Uint8Array(), /empty/],
  ])('refuses %s', async (_, bytes, fault) => {
    await expect(async () => decode(await bytes())).rejects.toThrow(fault);
  });

  it('goes on after a damaged JPEG', async () => {
    const jpeg = await jpegFile(image);
    const damaged = jpeg.slice().fill(0, 20, 60);
    await expect(decode(damaged)).rejects.toThrow(/damaged/);
    expect((await decode(jpeg)).width).toBe(40);
  });
});
