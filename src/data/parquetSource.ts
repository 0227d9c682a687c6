/** A published set of images as two Parquet files, local or remote. */
import type { Fit } from './image/rgbImage.ts';
import { fileCache } from './imageCache.ts';
import { decodeChunk, type RowReading } from './parquetImages.ts';
import { type ParquetChunk, type ParquetLayout, readLayout } from './parquetLayout.ts';
import type {
  RandomAccessFile,
  Source,
  SourceContext,
  SourceDescription,
  Split,
  SplitReader,
} from './types.ts';

/** File names of the public data set. */
export const PARQUET_FILES: Readonly<Record<Split, string>> = {
  train: 'train-00000-of-00001.parquet',
  test: 'test-00000-of-00001.parquet',
};

const NO_IMAGES: SplitReader = {
  chunks: [],
  fetch: () => Promise.reject(new RangeError('no chunk of an empty split')),
};

/**
 * A source of two Parquet files. If no image of a split is requested, its file is not opened.
 * @param openFile throws DataError `unavailable` when the file is not there
 */
export function parquetSource(
  description: SourceDescription,
  fit: Fit,
  openFile: (split: Split, context: SourceContext) => Promise<RandomAccessFile>,
): Source {
  return {
    async open(request, context) {
      const reading = { codecs: context.codecs, fit, classNames: description.classNames };
      const split = async (name: Split) =>
        request[name] === 0
          ? NO_IMAGES
          : openSplit(await openFile(name, context), reading, context);
      const [train, test] = await Promise.all([split('train'), split('test')]);
      return { description, train, test };
    },
  };
}

/** Chunks come from the cache if it has them. The footer is read only when something must be fetched. */
async function openSplit(
  file: RandomAccessFile,
  reading: RowReading,
  context: SourceContext,
): Promise<SplitReader> {
  const cache = fileCache(context.cache, file, reading.classNames.length);
  let pending: Promise<ParquetLayout> | null = null;
  const layout = () => {
    pending ??= readLayout(file, context.signal);
    return pending;
  };
  const kept = parseChunks(await cache.layout());
  const chunks = kept ?? (await layout()).chunks;
  if (kept === null) void cache.keepLayout(chunks);
  return {
    chunks,
    async fetch(span, signal) {
      const cached = await cache.chunk(span);
      if (cached !== null) {
        context.onBytes(cached.pixels.length + cached.labels.length, 'cache');
        return async () => cached;
      }
      const known = await layout();
      const chunk = known.chunks.find(({ start }) => start === span.start);
      if (chunk?.count !== span.count) throw new RangeError(`no chunk at image ${span.start}`);
      const bytes = await file.read(chunk.byteStart, chunk.byteEnd, signal);
      return async () => {
        const images = await decodeChunk(file, known, chunk, bytes, reading, signal);
        void cache.keepChunk(span, images);
        return images;
      };
    },
  };
}

/** The cached layout, or null if it is missing or malformed. */
function parseChunks(kept: unknown): ParquetChunk[] | null {
  if (!Array.isArray(kept) || kept.length === 0) return null;
  const chunks: ParquetChunk[] = [];
  let next = 0;
  for (const entry of kept) {
    if (typeof entry !== 'object' || entry === null) return null;
    const numbers = ['start', 'count', 'byteStart', 'byteEnd'].map((name) =>
      Number(Reflect.get(entry, name)),
    );
    const [start = -1, count = -1, byteStart = -1, byteEnd = -1] = numbers;
    if (start !== next || !(count > 0) || !(byteStart < byteEnd)) return null;
    chunks.push({ start, count, byteStart, byteEnd });
    next += count;
  }
  return chunks;
}
