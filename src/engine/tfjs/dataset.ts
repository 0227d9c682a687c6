/** Images of one split where TF.js wants them: on the CPU, from where each batch is made. */
import { IMAGE_BYTES, type ImageChunk } from '../../data/types.ts';
import type { EngineDataset } from '../api.ts';

export class TfjsDataset implements EngineDataset {
  readonly #chunks: ImageChunk[] = [];

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

  /**
   * Bytes [indices, 32, 32, 3] and labels of images.
   * @throws RangeError when one has not arrived.
   */
  images(indices: Uint32Array): { pixels: Uint8Array; labels: Int32Array } {
    const pixels = new Uint8Array(indices.length * IMAGE_BYTES);
    const labels = new Int32Array(indices.length);
    for (const [n, index] of indices.entries()) {
      const chunk = this.#chunks.find(({ start, count }) => index < start + count);
      if (chunk === undefined) throw new RangeError(`image ${index} has not arrived`);
      const from = (index - chunk.start) * IMAGE_BYTES;
      pixels.set(chunk.pixels.subarray(from, from + IMAGE_BYTES), n * IMAGE_BYTES);
      labels[n] = chunk.labels[index - chunk.start] ?? 0;
    }
    return { pixels, labels };
  }

  destroy(): void {
    this.#chunks.length = 0;
  }
}
