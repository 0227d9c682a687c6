/** Decodes an image of any format that is known by its first bytes. */
import type { Codecs } from './codecs.ts';
import { decodeGif, isGif } from './gif.ts';
import { checkJpeg, isJpeg } from './jpeg.ts';
import { decodePng, isPng } from './png.ts';
import type { RgbImage } from './rgbImage.ts';
import { stillWebp, isWebp } from './webp.ts';
import { t } from '../../text/t.ts';

/** Formats that are told by name and not read. */
const FOREIGN: readonly (readonly [string, RegExp])[] = [
  ['BMP', /^BM/],
  ['TIFF', /^(II\*\0|MM\0\*)/],
  ['AVIF', /^....ftypavi[fs]/s],
  ['HEIC', /^....ftyp(hei|mif)/s],
  ['JPEG XL', /^(ÿ\n|....JXL )/s],
  ['JPEG 2000', /^....jP {2}/s],
  ['PPM', /^P[1-7]\s/],
  ['SVG', /^\s*(<\?xml[^>]*>\s*)?<svg/],
  [t`a web page`, /^\s*<(!doctype html|html)/i],
  [t`a Git LFS pointer, not the image itself`, /^version https:\/\/git-lfs/],
];

/** Whether the first bytes are those of an image that can be read. */
export const isImage = (bytes: Uint8Array): boolean =>
  [isPng, isJpeg, isGif, isWebp].some((is) => is(bytes));

/** @throws Error naming the fault, or the format where it is another one */
export async function decodeImage(bytes: Uint8Array, codecs: Codecs): Promise<RgbImage> {
  if (isPng(bytes)) return decodePng(bytes);
  if (isJpeg(bytes)) {
    checkJpeg(bytes);
    return codecs.jpeg(bytes);
  }
  if (isGif(bytes)) return decodeGif(bytes);
  if (isWebp(bytes)) {
    return codecs.webp(stillWebp(bytes));
  }
  if (bytes.length === 0) throw new Error(t`empty`);
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  const foreign = FOREIGN.find(([, pattern]) => pattern.test(start))?.[0] ?? t`something else`;
  throw new Error(t`not a PNG, JPEG, WebP or GIF but ${foreign}`);
}
