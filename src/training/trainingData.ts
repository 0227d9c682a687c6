/** A dataset as training sees it: images kept on the CPU, and on the GPU as bytes while there is a device. */
import { DataError, reasonOf } from '../data/dataError.ts';
import { type DatasetDeps, openDataset } from '../data/dataset.ts';
import {
  type DataProgress,
  type DataRequest,
  type DatasetInfo,
  IMAGE_BYTES,
  type ImageChunk,
  type Split,
} from '../data/types.ts';
import type { EngineDataset, EngineDevice } from '../engine/api.ts';
import type { TrainingConfig } from '../model/config.ts';
import { CheckpointError, type DatasetIdentity, isSameImages } from './checkpoint/checkpoint.ts';
import { type BatchSource, type RunImages, sampledBatches } from './images.ts';
import { shownTitle } from '../data/shownTitle.ts';
import { t } from '../text/t.ts';

const SPLITS = ['train', 'test'] as const;
/** Progress comes with every part of a file, faster than anyone can read; it is reported this often. */
const REPORT_MS = 100;

export interface DataListener {
  /** Images arrived, or progress is worth showing. */
  onChange(data: TrainingData): void;
  onFailure(message: string): void;
}

export class TrainingData implements RunImages {
  info: DatasetInfo | null = null;
  /** The images that a resumed run began with. */
  private expected: DatasetIdentity | null = null;
  progress: DataProgress = {
    trainImages: 0,
    testImages: 0,
    bytesFetched: 0,
    bytesFromCache: 0,
    done: false,
  };
  /** Set when the source failed; images that had arrived stay. */
  failure: string | null = null;
  /** The GPU holds the same images: what a new device is filled from. */
  private readonly chunks: Record<Split, ImageChunk[]> = { train: [], test: [] };
  private readonly buffers = new Map<Split, EngineDataset>();
  /** Whether `load` was ever called. */
  started = false;
  /** That the smallest network of its runs tells apart. */
  classes = Number.POSITIVE_INFINITY;
  private device: EngineDevice | null = null;
  private abort = new AbortController();
  private reportedMs = 0;

  /** @param deps where images come from; progress and the abort signal are set here. */
  constructor(
    private readonly request: DataRequest,
    private readonly deps: DatasetDeps,
    private readonly listener: DataListener,
  ) {}

  /**
   * From now on only these images are accepted.
   * @throws CheckpointError when other images are already here.
   */
  expect(images: DatasetIdentity): void {
    const { info } = this;
    if (info !== null && !isSameImages(images, info)) {
      const message = t`It was trained on ${images.train} images of ${shownTitle(images.title)}; here are ${info.train} of ${shownTitle(info.title)}.`;
      throw new CheckpointError('unfit', message);
    }
    this.expected = images;
  }

  /** Whether its images were drawn in place of others that could not be reached. */
  get isStandIn(): boolean {
    return this.info?.origin === 'synthetic' && this.info.unavailable.length > 0;
  }

  /** Images of more classes fail the dataset: their labels would mean nothing to the network. */
  limitClasses(classes: number): void {
    const before = this.surplus;
    this.classes = classes;
    if (before !== null || this.surplus === null) return;
    this.failure = this.surplus;
    this.listener.onFailure(this.failure);
  }

  /** None before a new run's images are known; a resumed run brings them along. */
  get classNames(): readonly string[] {
    return (this.info ?? this.expected)?.classNames ?? [];
  }

  /** What is wrong where there are more classes than a network tells apart. */
  private get surplus(): string | null {
    const { info, classes } = this;
    if (info === null || info.classNames.length <= classes) return null;
    return t`${shownTitle(info.title)} has ${info.classNames.length} classes, but the network has ${classes} outputs. Choose the images again under Images, or set model.classes to ${info.classNames.length}.`;
  }

  /** Starts loading, or after a failure resumes with the images that are missing. Returns at once. */
  load(): void {
    this.started = true;
    this.failure = null;
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.stream(signal).catch((error: unknown) => {
      if (signal.aborted) return;
      this.failure = reasonOf(error);
      this.listener.onFailure(this.failure);
    });
  }

  /** Puts every image onto the device, now those that are here and later those that arrive. */
  attach(device: EngineDevice): void {
    this.device = device;
    this.buffers.clear();
    this.allocate();
  }

  /** Forgets the device; after its loss there is nothing to destroy. */
  detach(): void {
    for (const buffers of this.buffers.values()) buffers.destroy();
    this.buffers.clear();
    this.device = null;
  }

  batches(training: TrainingConfig): BatchSource | null {
    if (this.info === null || this.surplus !== null) return null;
    const dataset = () => this.on('train');
    return sampledBatches(training, this.info.train, dataset, () => this.arrived('train'));
  }

  /** Images of a split that have arrived, from the first on. */
  arrived(split: Split): number {
    return this.surplus === null ? this.here(split) : 0;
  }

  private here(split: Split): number {
    const last = this.chunks[split].at(-1);
    return last ? last.start + last.count : 0;
  }

  first(count: number): Uint8Array | null {
    const wanted = Math.min(count, this.info?.train ?? Infinity);
    if (this.arrived('train') < wanted) return null;
    const pixels = new Uint8Array(wanted * IMAGE_BYTES);
    for (const { start, pixels: bytes } of this.chunks.train) {
      const left = pixels.length - start * IMAGE_BYTES;
      if (left > 0) pixels.set(bytes.subarray(0, left), start * IMAGE_BYTES);
    }
    return pixels;
  }

  /** Those images, in order. */
  arrivedChunks(split: Split): readonly ImageChunk[] {
    return this.chunks[split];
  }

  /** @throws Error before the first image of a split is on the device. */
  on(split: Split): EngineDataset {
    const buffers = this.buffers.get(split);
    if (buffers === undefined) throw new Error(`no ${split} images on the device`);
    return buffers;
  }

  /**
   * Bytes of one image, [32, 32, 3], and its label.
   * @throws RangeError when it has not arrived.
   */
  image(split: Split, index: number): { pixels: Uint8Array; label: number } {
    const chunk = this.chunks[split].find(({ start, count }) => index < start + count);
    const label = chunk?.labels[index - chunk.start];
    if (chunk === undefined || label === undefined) throw new RangeError(`${split} image ${index}`);
    const at = (index - chunk.start) * IMAGE_BYTES;
    return { pixels: chunk.pixels.subarray(at, at + IMAGE_BYTES), label };
  }

  label(split: Split, index: number): number {
    return this.image(split, index).label;
  }

  close(): void {
    this.abort.abort();
    this.detach();
  }

  private async stream(signal: AbortSignal): Promise<void> {
    const onProgress = (progress: DataProgress): void => {
      this.progress = progress;
      const nowMs = performance.now();
      if (nowMs - this.reportedMs < REPORT_MS) return;
      this.reportedMs = nowMs;
      this.report();
    };
    const dataset = openDataset(this.request, { ...this.deps, signal, onProgress });
    const info = await dataset.info;
    this.checkSame(info);
    this.info = info;
    if (this.surplus !== null) throw new DataError('unsupported', this.surplus);
    this.allocate();
    this.report();
    for await (const chunk of dataset) this.take(chunk);
    this.report();
  }

  private take(chunk: ImageChunk): void {
    // After a failure the source starts again at its first image.
    if (chunk.start + chunk.count <= this.here(chunk.split)) return;
    this.chunks[chunk.split].push(chunk);
    this.buffers.get(chunk.split)?.append(chunk);
    this.report();
  }

  private report(): void {
    if (this.info !== null) this.listener.onChange(this);
  }

  private allocate(): void {
    if (this.device === null || this.info === null) return;
    for (const split of SPLITS) {
      if (this.info[split] === 0 || this.buffers.has(split)) continue;
      const buffers = this.device.createDataset(this.info[split]);
      this.buffers.set(split, buffers);
      for (const chunk of this.chunks[split]) buffers.append(chunk);
    }
  }

  /** A run must not continue with other images than it began with. */
  private checkSame(info: DatasetInfo): void {
    const before = this.info ?? this.expected;
    if (before === null) return;
    const isSameSource = this.info === null || this.info.title === info.title;
    if (isSameSource && isSameImages(before, info)) return;
    throw new DataError(
      'unavailable',
      t`The images came from ${shownTitle(before.title)}, which can no longer be reached; those of ${shownTitle(info.title)} are different. Try again later, or press Reset to start over with the new images.`,
    );
  }
}
