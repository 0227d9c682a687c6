/** What is checked of a JPEG before a decoder sees it. */
import { checkSize } from './rgbImage.ts';
import { t } from '../../text/t.ts';

export const isJpeg = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

const START_OF_SCAN = 0xda;
/** DHT, JPG and DAC stand among the numbers of the frame headers. */
const NO_FRAMES = [0xc4, 0xc8, 0xcc];

/** @throws Error for a JPEG that is too large, in CMYK, has no frame, or is cut short: decoders fill the rest with grey. */
export function checkJpeg(jpeg: Uint8Array): void {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  let hasFrame = false;
  for (let at = 2; at + 4 <= jpeg.length; ) {
    if (jpeg[at] !== 0xff) throw new Error(t`a damaged JPEG`);
    const marker = jpeg[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === START_OF_SCAN) {
      if (!hasFrame) throw new Error(t`a damaged JPEG`);
      if (!endsWell(jpeg, at)) throw new Error(t`JPEG is cut short`);
      return;
    }
    const length = view.getUint16(at + 2);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker);
    if (isFrame && at + 10 <= jpeg.length) {
      checkSize(view.getUint16(at + 7), view.getUint16(at + 5), jpeg.length);
      // Inks, which the decoder does not turn into red, green and blue.
      if (jpeg[at + 9] === 4) throw new Error(t`a CMYK JPEG; save it as RGB`);
      hasFrame = true;
    }
    at += 2 + length;
  }
  throw new Error(t`JPEG is cut short`);
}

/** Whether an end marker follows the pixels; some cameras write more behind it. A thumbnail before them has its own. */
function endsWell(jpeg: Uint8Array, pixelsStart: number): boolean {
  for (let at = jpeg.length - 2; at > pixelsStart; at--) {
    if (jpeg[at] === 0xff && jpeg[at + 1] === 0xd9) return true;
  }
  return false;
}
