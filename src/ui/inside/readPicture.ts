/** Reads a picture that was dropped, pasted or chosen. */
import { isAnimated, middleSquare, toInput } from '../../app/inside/picture.ts';
import { t } from '../../text/t.ts';

export interface Picture {
  readonly name: string;
  /** Of the file, in pixels. */
  readonly width: number;
  readonly height: number;
  /** [32, 32, 3]: the networks' input. */
  readonly pixels: Uint8Array;
  /** An object URL of the whole picture. */
  readonly url: string;
  /** A remark on what was left out; null: nothing was. */
  readonly remark: string | null;
}

/** Says what is wrong with a file and what to do. */
export class PictureError extends Error {
  override name = 'PictureError';
}

const MOST_BYTES = 50_000_000;
/** The middle square is drawn no larger than this before areas are averaged. */
const WORKING_SIDE = 512;
/** Enough for the headers that reveal an animation. */
const HEAD_BYTES = 65_536;

/** @throws PictureError */
export async function readPicture(file: Blob, name: string): Promise<Picture> {
  if (file.size > MOST_BYTES) {
    throw new PictureError(
      t`${name} has ${Math.round(file.size / 1e6)} MB; only pictures of up to ${MOST_BYTES / 1e6} MB are read. Save a smaller copy.`,
    );
  }
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const url = URL.createObjectURL(file);
  try {
    const image = await decode(file, url, name);
    const { width, height } = sizeOf(image);
    const { left, top, side } = middleSquare(width, height);
    const drawn = Math.min(side, WORKING_SIDE);
    const canvas = new OffscreenCanvas(drawn, drawn);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new PictureError(t`The browser has no memory to draw the picture.`);
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, left, top, side, side, 0, 0, drawn, drawn);
    const { data } = context.getImageData(0, 0, drawn, drawn);
    if (image instanceof ImageBitmap) image.close();
    const pixels = toInput({ width: drawn, height: drawn, rgba: data });
    const remark = isAnimated(head) ? t`It is animated; this is its first frame.` : null;
    return { name, width, height, pixels, url, remark };
  } catch (error) {
    URL.revokeObjectURL(url);
    throw error;
  }
}

/** Bitmaps through the browser's decoders, turned upright; drawings (SVG) through an image element. */
async function decode(
  file: Blob,
  url: string,
  name: string,
): Promise<ImageBitmap | HTMLImageElement> {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    const element = new Image();
    element.src = url;
    try {
      await element.decode();
    } catch {
      throw new PictureError(
        t`${name} is not a picture that this browser can read. Use a JPEG, PNG, WebP, GIF or AVIF.`,
      );
    }
    return element;
  }
}

/** Gives a drawing without a size one. */
function sizeOf(image: ImageBitmap | HTMLImageElement): { width: number; height: number } {
  if (image instanceof ImageBitmap) return { width: image.width, height: image.height };
  const { naturalWidth, naturalHeight } = image;
  if (naturalWidth > 0 && naturalHeight > 0) return { width: naturalWidth, height: naturalHeight };
  [image.width, image.height] = [WORKING_SIDE, WORKING_SIDE];
  return { width: WORKING_SIDE, height: WORKING_SIDE };
}
