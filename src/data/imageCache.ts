/** Caches decoded images in the browser, so that a second visit fetches nothing. Entries belong to one version of one file. */
import { QuietCache } from '../storage/cache.ts';
import { type ChunkSpan, IMAGE_BYTES, type Images, type RandomAccessFile } from './types.ts';

const CACHE_NAME = 'cifar10-images-1';
/** The keys of a Cache are requests; these are never sent. */
const KEY_ORIGIN = 'https://images.invalid/';

type FileId = Pick<RandomAccessFile, 'name' | 'version'>;

/** The cache of one file. */
interface FileCache {
  chunk(span: ChunkSpan): Promise<Images | null>;
  keepChunk(span: ChunkSpan, images: Images): Promise<void>;
  /** The chunks passed to `keepLayout`, unchecked. */
  layout(): Promise<unknown>;
  keepLayout(layout: unknown): Promise<void>;
}

/** @param classes at most 256: labels are kept as bytes. */
export function fileCache(storage: CacheStorage | null, file: FileId, classes: number): FileCache {
  const cache = new QuietCache(storage, CACHE_NAME, 'imageCache');
  const key = (entry: string, bytes: number) =>
    `${KEY_ORIGIN}?${new URLSearchParams({ file: file.name, version: file.version, entry, bytes: `${bytes}` })}`;
  const chunkKey = ({ start, count }: ChunkSpan) =>
    key(`${start}+${count}`, count * (IMAGE_BYTES + 1));
  return {
    async chunk(span) {
      const body = await (await cache.match(chunkKey(span)))?.arrayBuffer().catch(() => null);
      const bytes = new Uint8Array(body ?? []);
      if (bytes.length !== span.count * (IMAGE_BYTES + 1)) return null;
      const labels = Uint16Array.from(bytes.subarray(span.count * IMAGE_BYTES));
      if (labels.some((label) => label >= classes)) return null;
      return { pixels: bytes.subarray(0, span.count * IMAGE_BYTES), labels };
    },
    keepChunk(span, { pixels, labels }) {
      const body = new Uint8Array(pixels.length + labels.length);
      body.set(pixels);
      body.set(labels, pixels.length);
      return cache.put(chunkKey(span), body);
    },
    layout: async () => (await cache.match(key('layout', 0)))?.json().catch(() => null),
    async keepLayout(layout) {
      await deleteOtherVersions(cache, file);
      await cache.put(key('layout', 0), JSON.stringify(layout));
    },
  };
}

/** Bytes of images cached in this browser; 0 if nothing can be cached. */
export async function cachedBytes(storage: CacheStorage | null): Promise<number> {
  const keys = await new QuietCache(storage, CACHE_NAME, 'imageCache').keys();
  return keys.reduce((sum, key) => sum + Number(new URL(key).searchParams.get('bytes')), 0);
}

/** Deletes all images cached in this browser. */
export const deleteCached = (storage: CacheStorage | null): Promise<void> =>
  new QuietCache(storage, CACHE_NAME, 'imageCache').deleteAll();

async function deleteOtherVersions(cache: QuietCache, file: FileId): Promise<void> {
  for (const key of await cache.keys()) {
    const { searchParams } = new URL(key);
    const isOld =
      searchParams.get('file') === file.name && searchParams.get('version') !== file.version;
    if (isOld) await cache.delete(key);
  }
}
