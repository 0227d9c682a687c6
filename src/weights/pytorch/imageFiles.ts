/** Which images the page trained on: fingerprints if torchvision has them, else the images themselves. */

import { crc32 } from '../../containers/crc32.ts';
import { npy } from '../npy.ts';
import type { ScriptImages, SplitImages } from './origin.ts';

const SIDE = 32;
const IMAGE_BYTES = SIDE * SIDE * 3;

/** Of images of either kind. */
export const IMAGE_FILES: readonly string[] = ['train', 'test'].flatMap((split) =>
  ['images', 'pixels', 'labels'].map((part) => `${split}-${part}.npy`),
);

/** Files of the zip by name. */
export function imageFiles({ kind, splits }: ScriptImages): [string, Uint8Array][] {
  if (splits === null) return [];
  const files = Object.entries(splits);
  if (kind === 'cifar10') {
    return files.map(([split, images]) => [
      `${split}-images.npy`,
      npy([images.labels.length, 2], fingerprints(images)),
    ]);
  }
  return files.flatMap(([split, { pixels, labels }]): [string, Uint8Array][] => [
    [`${split}-pixels.npy`, npy([labels.length, SIDE, SIDE, 3], pixels)],
    [`${split}-labels.npy`, npy([labels.length], narrow(labels))],
  ]);
}

/** Bytes, unless there are more than 256 classes; PyTorch knows no unsigned 16-bit numbers. */
const narrow = (labels: Uint16Array): Uint8Array | Uint32Array =>
  labels.some((label) => label > 255) ? Uint32Array.from(labels) : Uint8Array.from(labels);

/** [count, 2]: CRC-32 of each image's upper and lower half, 64 bits that no two of CIFAR-10's images share by chance. */
function fingerprints({ pixels, labels }: SplitImages): Uint32Array {
  const half = IMAGE_BYTES / 2;
  return Uint32Array.from({ length: 2 * labels.length }, (_, i) =>
    crc32(pixels.subarray(i * half, (i + 1) * half)),
  );
}
