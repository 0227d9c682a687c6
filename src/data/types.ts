/** Images on their way from a source to the device. */
import type { DataSourceId } from './dataSources.ts';
import type { Codecs } from './image/codecs.ts';
import type { KnownSetId } from './knownSets.ts';

export type Split = 'train' | 'test';

/** 32×32 RGB, interleaved: byte ((y · 32 + x) · 3 + channel) of an image. */
export const IMAGE_SIZE = 32;
export const IMAGE_BYTES = IMAGE_SIZE * IMAGE_SIZE * 3;

/** Decoded images and their labels. */
export interface Images {
  /** [count, 32, 32, 3] */
  readonly pixels: Uint8Array;
  /** [count] */
  readonly labels: Uint16Array;
}

/** Images of one's own with their labels, whole and in memory. */
export interface ImageSet {
  /** What the page calls it: the name of its folder or file. */
  readonly title: string;
  /** The published set whose files these are, checked by their hashes; null: images of one's own. */
  readonly dataset: KnownSetId | null;
  /** In the order of their labels. */
  readonly classNames: readonly string[];
  readonly train: Images;
  readonly test: Images;
  /** What was left out or is unusual, a sentence each. */
  readonly remarks: readonly string[];
}

/** Consecutive images of one split, in the order of the source. */
export interface ImageChunk extends Images {
  readonly split: Split;
  /** Index of the first image within its split. */
  readonly start: number;
  readonly count: number;
}

/** What the page says about a source. */
export interface SourceDescription {
  readonly origin: 'mirror' | 'hub' | 'synthetic' | 'file' | 'browser';
  /** What the page calls it, e.g. `CIFAR-10 (this server)`, `Synthetic shapes (not CIFAR-10)`. */
  readonly title: string;
  readonly isCifar10: boolean;
  /** The published set whose images these are; null: none that is known. */
  readonly dataset: KnownSetId | null;
  /** Of all images and labels, for sets that nobody else can have; null: there are too many to have read them. */
  readonly sha256: string | null;
  readonly citation: string | null;
  readonly classNames: readonly string[];
}

export interface DatasetInfo extends SourceDescription {
  /** Images that will arrive: as many as requested, or all there are. */
  readonly train: number;
  readonly test: number;
  /** Why sources tried earlier were not used, one sentence each; empty if the first one was used. */
  readonly unavailable: readonly string[];
}

export interface DataProgress {
  readonly trainImages: number;
  readonly testImages: number;
  readonly bytesFetched: number;
  readonly bytesFromCache: number;
  readonly done: boolean;
}

/** What a run requests: `data` of the run config, and the seed of synthetic images. */
export interface DataRequest {
  readonly source: DataSourceId;
  readonly train: number;
  readonly test: number;
  /** Which of one's own images. */
  readonly imagesSha256?: string | undefined;
  /** u32 */
  readonly seed: number;
}

/** Consecutive images that are fetched and decoded together. */
export interface ChunkSpan {
  readonly start: number;
  readonly count: number;
}

/** One split of an opened source. Chunks follow each other without gaps, from image 0. */
export interface SplitReader {
  readonly chunks: readonly ChunkSpan[];
  /**
   * Fetches a chunk. The returned function decodes it, so that fetching can run ahead of decoding.
   * @throws DataError, as does the returned function
   */
  fetch(chunk: ChunkSpan, signal: AbortSignal | undefined): Promise<() => Promise<Images>>;
}

export interface OpenSource {
  readonly description: SourceDescription;
  readonly train: SplitReader;
  readonly test: SplitReader;
}

/** Where image sets of one's own are found again. */
export interface KeptSets {
  /** By its hash; null: it is not kept here. */
  read(sha256: string): Promise<ImageSet | null>;
  /** A published set whose files were given; null: they were not. */
  findKnown(id: KnownSetId): Promise<{ readonly set: ImageSet; readonly sha256: string } | null>;
}

/** What sources depend on. */
export interface SourceContext {
  readonly fetch: typeof fetch;
  /** The page's base URL, to which the mirror is relative. Null in Node, where there is no page. */
  readonly baseUrl: string | null;
  /** Null: nothing is cached. */
  readonly cache: CacheStorage | null;
  readonly codecs: Codecs;
  /** Image sets that were given earlier; null: there is no place for them. */
  readonly kept: KeptSets | null;
  readonly signal: AbortSignal | undefined;
  /** Delay before each further attempt of a request, ms. */
  readonly retryDelaysMs: readonly number[];
  /** Time without a byte after which a request counts as failed, ms. */
  readonly stallMs: number;
  onBytes(bytes: number, from: 'network' | 'cache'): void;
}

/** A place that images can come from. */
export interface Source {
  /** @throws DataError `unavailable` if another source may be tried, of another kind if not. */
  open(request: DataRequest, context: SourceContext): Promise<OpenSource>;
}

/** A file or URL that can be read from any position. */
export interface RandomAccessFile {
  /** URL or path, for messages. */
  readonly name: string;
  readonly byteLength: number;
  /** Differs whenever the content may differ. */
  readonly version: string;
  /** Bytes start … end−1, exactly. @throws DataError */
  read(start: number, end: number, signal: AbortSignal | undefined): Promise<Uint8Array>;
}
