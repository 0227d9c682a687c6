/**
 * Caches decoded images in the browser (Cache API), so that a second visit fetches nothing. Entries belong to one
 * version of one file. Any failure (no storage, quota, private windows) is a cache miss, never an error.
 */
import { type ChunkSpan, IMAGE_BYTES, type Images, type RandomAccessFile } from './types.ts';

const CACHE_NAME = 'cifar10-images-1';
/** The keys of a Cache are requests; these are never sent. */
const KEY_ORIGIN = 'https://images.invalid/';

/** The cache of one file. */
interface FileCache {
  chunk(span: ChunkSpan): Promise<Images | null>;
  keepChunk(span: ChunkSpan, images: Images): Promise<void>;
  /** The chunks passed to `keepLayout`, unchecked. */
  layout(): Promise<unknown>;
  keepLayout(layout: unknown): Promise<void>;
}

const quietly = async <T>(work: () => Promise<T>): Promise<T | null> => {
  try {
    return await work();
  } catch {
    return null;
  }
};

export function fileCache(
  storage: CacheStorage | null,
  file: Pick<RandomAccessFile, 'name' | 'version'>,
): FileCache {
  let full = storage === null;
  const key = (entry: string, bytes: number) =>
    `${KEY_ORIGIN}?${new URLSearchParams({ file: file.name, version: file.version, entry, bytes: `${bytes}` })}`;
  const chunkKey = ({ start, count }: ChunkSpan) =>
    key(`${start}+${count}`, count * (IMAGE_BYTES + 1));
  const match = async (entry: string) => (await storage?.open(CACHE_NAME))?.match(entry);
  const put = async (entry: string, body: BodyInit) => {
    if (full) return;
    try {
      await (await storage?.open(CACHE_NAME))?.put(entry, new Response(body));
    } catch {
      full = true;
    }
  };
  return {
    async chunk(span) {
      const body = await quietly(async () => (await match(chunkKey(span)))?.arrayBuffer());
      const bytes = new Uint8Array(body ?? []);
      if (bytes.length !== span.count * (IMAGE_BYTES + 1)) return null;
      const labels = bytes.subarray(span.count * IMAGE_BYTES);
      if (labels.some((label) => label > 9)) return null;
      return { pixels: bytes.subarray(0, span.count * IMAGE_BYTES), labels };
    },
    keepChunk(span, { pixels, labels }) {
      const body = new Uint8Array(pixels.length + labels.length);
      body.set(pixels);
      body.set(labels, pixels.length);
      return put(chunkKey(span), body);
    },
    layout: () => quietly(async () => (await match(key('layout', 0)))?.json()),
    async keepLayout(layout) {
      await quietly(() => deleteOtherVersions(storage, file));
      await put(key('layout', 0), JSON.stringify(layout));
    },
  };
}

/** Bytes of images cached in this browser; 0 if nothing can be cached. */
export async function cachedBytes(storage: CacheStorage | null): Promise<number> {
  const sizes = await quietly(async () => {
    if (!(await storage?.has(CACHE_NAME))) return [];
    const keys = await (await storage?.open(CACHE_NAME))?.keys();
    return (keys ?? []).map(({ url }) => Number(new URL(url).searchParams.get('bytes')));
  });
  return (sizes ?? []).reduce((sum, size) => sum + size, 0);
}

/** Deletes all images cached in this browser. */
export async function deleteCached(storage: CacheStorage | null): Promise<void> {
  await quietly(async () => storage?.delete(CACHE_NAME));
}

async function deleteOtherVersions(
  storage: CacheStorage | null,
  file: Pick<RandomAccessFile, 'name' | 'version'>,
): Promise<void> {
  const cache = await storage?.open(CACHE_NAME);
  for (const request of (await cache?.keys()) ?? []) {
    const { searchParams } = new URL(request.url);
    const isOld =
      searchParams.get('file') === file.name && searchParams.get('version') !== file.version;
    if (isOld) await cache?.delete(request);
  }
}
