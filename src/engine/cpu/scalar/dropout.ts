/** Dropout of [C, N4], forward and of gradients alike. Counted in the whole batch, so that micro-batches draw its masks. */
import { hash32 } from '../../../data/hash.ts';

interface DropoutDraw {
  readonly rate: number;
  /** Tells the masks of several layers apart. */
  readonly stream: number;
  readonly seed: number;
  readonly step: number;
  /** Of the whole batch. */
  readonly images: number;
  /** Place of the tensor's first image in the batch. */
  readonly firstImage: number;
}

/** @param rows images of `input`; the surplus ones become 0. @param stride images in memory. */
export function dropout(
  { rate, stream, seed, step, images, firstImage }: DropoutDraw,
  { channels, rows, stride }: { channels: number; rows: number; stride: number },
  input: Float32Array,
  output: Float32Array,
): void {
  const threshold = Math.floor(rate * 0x1_0000_0000);
  const scale = Math.fround(1 / (1 - rate));
  for (let c = 0; c < channels; c++) {
    const row = step * channels + c;
    for (let n = 0; n < stride; n++) {
      const i = c * stride + n;
      const position = (Math.imul(row, images) + firstImage + n) >>> 0;
      const keeps = n < rows && hash32(seed, stream, position) >= threshold;
      // A product, so that a dropped NaN stays one.
      output[i] = n < rows ? (input[i] ?? Number.NaN) * (keeps ? scale : 0) : 0;
    }
  }
}
