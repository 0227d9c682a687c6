/** One split's images as bytes, where the batches are made from them. */
import { IMAGE_BYTES, type ImageChunk } from '../../data/types.ts';
import type { EngineDataset } from '../api.ts';

export class CpuDataset implements EngineDataset {
  readonly #chunks: ImageChunk[] = [];

  /** @param count images that will be appended, at most. */
  constructor(private readonly count: number) {}

  get uploaded(): number {
    const last = this.#chunks.at(-1);
    return last === undefined ? 0 : last.start + last.count;
  }

  append(chunk: ImageChunk): void {
    if (chunk.start !== this.uploaded) {
      throw new RangeError(`chunk ${chunk.start} follows ${this.uploaded}`);
    }
    const end = chunk.start + chunk.count;
    if (end > this.count) throw new RangeError(`${end} images do not fit`);
    this.#chunks.push(chunk);
  }

  /** [32, 32, 3] bytes and the label of an image. @throws RangeError when it has not arrived. */
  image(index: number): { readonly pixels: Uint8Array; readonly label: number } {
    const chunk = this.#chunks.find(({ start, count }) => index < start + count);
    if (chunk === undefined) throw new RangeError(`image ${index} has not arrived`);
    const place = index - chunk.start;
    const pixels = chunk.pixels.subarray(place * IMAGE_BYTES, (place + 1) * IMAGE_BYTES);
    return { pixels, label: chunk.labels[place] ?? 0 };
  }

  destroy(): void {
    this.#chunks.length = 0;
  }
}
