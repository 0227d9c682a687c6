/** What is checked of a WebP before a decoder sees it (RFC 9649). */
import { checkSize } from './rgbImage.ts';

const text = (bytes: Uint8Array, start: number): string =>
  String.fromCharCode(...bytes.subarray(start, start + 4));

export const isWebp = (bytes: Uint8Array): boolean =>
  text(bytes, 0) === 'RIFF' && text(bytes, 8) === 'WEBP';

/** @throws Error for a WebP that is too large, cut short or animated */
export function checkWebp(webp: Uint8Array): void {
  if (webp.length < 30) throw new Error('WebP is cut short');
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength);
  if (view.getUint32(4, true) + 8 > webp.length) throw new Error('WebP is cut short');
  const [width, height] = sizeOf(view, webp);
  checkSize(width, height);
}

function sizeOf(view: DataView, webp: Uint8Array): [width: number, height: number] {
  switch (text(webp, 12)) {
    case 'VP8 ':
      return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
    }
    case 'VP8X':
      if (((webp[20] ?? 0) & 2) !== 0) throw new Error('an animated WebP');
      return [(view.getUint32(24, true) & 0xffffff) + 1, (view.getUint32(26, true) >>> 8) + 1];
    default:
      throw new Error('a damaged WebP');
  }
}
