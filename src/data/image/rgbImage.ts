import { mostUnpacked } from '../../containers/limits.ts';
import { t } from '../../text/t.ts';

/** A decoded image. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] */
  readonly pixels: Uint8Array;
}

/**
 * How an image becomes 32×32. `crop`: the shorter side becomes 32 and the middle stays, as torchvision's `Resize(32)` and `CenterCrop(32)` do on
 * Pillow images. `pad`: in the middle of 32×32 black pixels, for images that are smaller.
 */
export type Fit = 'crop' | 'pad';

/** Decoded, 150 MB. */
const MAX_PIXELS = 50_000_000;

/**
 * @param fileBytes that the image takes; left out: it is not packed.
 * @throws Error for an image that is empty, too large to decode, or much larger than its file can tell
 */
export function checkSize(width: number, height: number, fileBytes = MAX_PIXELS): void {
  if (!(width > 0 && height > 0)) throw new Error(t`${width}×${height} pixels`);
  const most = Math.min(MAX_PIXELS, Math.floor(mostUnpacked(fileBytes) / 3));
  if (width * height <= most) return;
  const millions = Math.floor(most / 1e6);
  throw new Error(
    most < MAX_PIXELS
      ? t`${width}×${height} pixels; at most ${millions} million can be read of a file of ${fileBytes} bytes`
      : t`${width}×${height} pixels; at most ${millions} million can be read`,
  );
}
