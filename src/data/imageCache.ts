/**
 * Caches decoded images in the browser, so that a second visit fetches nothing. Entries belong to one version of one file.
 * Each begins with the hash of the rest: one that was damaged, or is from before there were hashes, is fetched again.
 */
import { QuietCache } from '../storage/cache.ts';
import { DataError } from './dataError.ts';
import { sha256 } from './sha256.ts';
import { type ChunkSpan, IMAGE_BYTES, type Images, type RandomAccessFile } from './types.ts';
import { t } from '../text/t.ts';

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
      const bytes = await intact(cache, chunkKey(span));
      if (bytes?.length !== span.count * (IMAGE_BYTES + 1)) return null;
      const labels = Uint16Array.from(bytes.subarray(span.count * IMAGE_BYTES));
      if (labels.some((label) => label >= classes)) return null;
      return { pixels: bytes.subarray(0, span.count * IMAGE_BYTES), labels };
    },
    async keepChunk(span, { pixels, labels }) {
      const body = new Uint8Array(pixels.length + labels.length);
      body.set(pixels);
      body.set(labels, pixels.length);
      await cache.put(chunkKey(span), await hashed(body));
    },
    async layout() {
      const bytes = await intact(cache, key('layout', 0));
      return bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes));
    },
    async keepLayout(layout) {
      await deleteOtherVersions(cache, file);
      const bytes = new TextEncoder().encode(JSON.stringify(layout));
      await cache.put(key('layout', 0), await hashed(bytes));
    },
  };
}

/** The hash in hex. */
const HASH_BYTES = 64;

/** `bytes` behind their hash. */
async function hashed(bytes: Uint8Array<ArrayBuffer>): Promise<Blob> {
  return new Blob([await sha256(bytes), bytes]);
}

/** What is stored under a key; null where there is nothing that fits its hash. */
async function intact(cache: QuietCache, key: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const stored = await (await cache.match(key))?.arrayBuffer().catch(() => null);
  if (stored === null || stored === undefined || stored.byteLength <= HASH_BYTES) return null;
  const bytes = new Uint8Array(stored, HASH_BYTES);
  const hash = new TextDecoder().decode(new Uint8Array(stored, 0, HASH_BYTES));
  return hash === (await sha256(bytes)) ? bytes : null;
}

/**
 * The file at `name` as far as its images are cached, for when it can't be reached: the version whose layout was kept last.
 * Null where there is none. What is not cached can't be read: DataError `interrupted`.
 */
export async function cachedFile(
  storage: CacheStorage | null,
  name: string,
): Promise<RandomAccessFile | null> {
  if (storage === null) return null;
  const keys = await new QuietCache(storage, CACHE_NAME, 'imageCache').keys();
  const versions = keys.flatMap((key) => {
    const { searchParams } = new URL(key);
    const isLayout = searchParams.get('file') === name && searchParams.get('entry') === 'layout';
    return isLayout ? (searchParams.get('version') ?? []) : [];
  });
  const version = versions.at(-1);
  if (version === undefined) return null;
  return {
    name,
    version,
    // The version ends with it (`httpFile.ts`).
    byteLength: Number(version.slice(version.lastIndexOf('/') + 1)),
    read: () => {
      const message = t`${name} does not answer, and not all of its images are kept in this browser. Those that are stay; load again once there is a network.`;
      return Promise.reject(new DataError('interrupted', message));
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
