/** Images on their way from a source to the GPU. */
export type Split = 'train' | 'test';

/** 32×32 RGB, interleaved: byte ((y · 32 + x) · 3 + channel) of an image. */
export const IMAGE_SIZE = 32;
export const IMAGE_BYTES = IMAGE_SIZE * IMAGE_SIZE * 3;

/** Consecutive images of one split, in the order of the source. */
export interface ImageChunk {
  readonly split: Split;
  /** Index of the first image within its split. */
  readonly start: number;
  readonly count: number;
  /** [count, 32, 32, 3] */
  readonly pixels: Uint8Array;
  /** [count] */
  readonly labels: Uint8Array;
}

export interface DatasetInfo {
  readonly origin: 'mirror' | 'hub' | 'synthetic' | 'file';
  /** What the page calls it, e.g. `CIFAR-10 (this server)`, `Synthetic shapes (not CIFAR-10)`. */
  readonly title: string;
  readonly isCifar10: boolean;
  readonly citation: string | null;
  readonly classNames: readonly string[];
  /** Images that will arrive: what was asked for, or all there are. */
  readonly train: number;
  readonly test: number;
}

export interface DataProgress {
  readonly trainImages: number;
  readonly testImages: number;
  readonly bytesFetched: number;
  readonly bytesFromCache: number;
  readonly done: boolean;
}
