/** Images kept from the last visit. */
import { describe, expect, it, vi } from 'vitest';
import { cachedBytes, deleteCached } from './imageCache.ts';
import { SOURCES } from './sources.ts';
import { fakeCaches } from './testing/fakeCaches.ts';
import { parquetFixture } from './testing/parquetFixture.ts';
import { IMAGE_BYTES } from './types.ts';
import {
  REQUEST,
  train,
  test,
  TRAIN,
  TEST,
  mirror,
  open,
  readAll,
  assemble,
  expectImages,
  message,
} from './testing/cifarMirror.ts';

describe('images kept from the last visit', () => {
  it('fetches them once, and not again', async () => {
    const server = await mirror();
    const cache = fakeCaches();
    await readAll(open(server, { cache }));
    await vi.waitFor(async () => expect(await cachedBytes(cache)).toBe(1500 * (IMAGE_BYTES + 1)));
    const before = server.requests.length;
    const dataset = open(server, { cache });
    const { chunks } = await readAll(dataset);
    expectImages(chunks, 'train', train.images);
    // One request a file tells whether it changed.
    expect(server.requests.length - before).toBe(2);
    expect(dataset.progress.bytesFromCache).toBe(1500 * (IMAGE_BYTES + 1));
    await deleteCached(cache);
    expect(await cachedBytes(cache)).toBe(0);
  });

  it('opens them without a network, as far as they were kept', async () => {
    let isDown = false;
    const small = parquetFixture({ count: 300, seed: 4 });
    const server = await mirror(
      (_, response) => {
        if (isDown) response.destroy();
        return isDown;
      },
      new Map([
        [TRAIN, small.file],
        [TEST, small.file],
      ]),
    );
    const cache = fakeCaches();
    const few = { ...REQUEST, train: 100, test: 100 };
    await readAll(open(server, { cache }, few));
    await vi.waitFor(async () => expect(await cachedBytes(cache)).toBe(200 * (IMAGE_BYTES + 1)));
    isDown = true;
    const again = await readAll(open(server, { cache }, few));
    expect(again.error).toBeNull();
    expect(assemble(again.chunks, 'train').pixels).toEqual(
      small.images.pixels.subarray(0, 100 * IMAGE_BYTES),
    );
    const more = await readAll(open(server, { cache }, { ...few, train: 300 }));
    expect(more.error).toMatchObject({ kind: 'interrupted' });
    expect(message(more.error)).toMatch(/does not answer, and not all of its images are kept/);
    expect(assemble(more.chunks, 'train').labels.length).toBe(100);
    const sources = SOURCES.cifar10.slice(0, 1);
    const noCache = open(server, { sources }, few).info;
    await expect(noCache).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('drops them when the file changes', async () => {
    const files = new Map([
      [TRAIN, train.file],
      [TEST, test.file],
    ]);
    const server = await mirror(undefined, files);
    const cache = fakeCaches();
    await readAll(open(server, { cache }));
    const other = parquetFixture({ count: 200, seed: 9 });
    files.set(TRAIN, other.file);
    const { chunks } = await readAll(open(server, { cache }));
    expectImages(chunks, 'train', other.images);
    await vi.waitFor(async () => expect(await cachedBytes(cache)).toBe(350 * (IMAGE_BYTES + 1)));
  });

  it('fetches again what was damaged in the cache, or has no hash, and never trains on it', async () => {
    const small = parquetFixture({ count: 20, seed: 3 });
    const files = new Map([
      [TRAIN, small.file],
      [TEST, small.file],
    ]);
    const server = await mirror(undefined, files);
    const cache = fakeCaches();
    const bytesKept = async () =>
      vi.waitFor(async () => expect(await cachedBytes(cache)).toBe(40 * (IMAGE_BYTES + 1)));
    await readAll(open(server, { cache }));
    await bytesKept();
    const sizes = () => Array.from(cache.entries.values(), ({ length }) => length);
    const intact = sizes();
    const damages = [
      (bytes: Uint8Array) => bytes.map((byte, i) => (i < 64 ? byte : 255 - byte)),
      (bytes: Uint8Array) => bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1),
      (bytes: Uint8Array) => bytes.slice(0, -1),
      // As it was before there were hashes.
      (bytes: Uint8Array) => bytes.slice(64),
    ];
    for (const damage of damages) {
      for (const [key, bytes] of cache.entries) cache.entries.set(key, damage(bytes));
      const { chunks, error } = await readAll(open(server, { cache }));
      expect(error).toBeNull();
      expectImages(chunks, 'train', small.images);
      await vi.waitFor(() => expect(sizes()).toEqual(intact));
    }
  });

  it('works without a cache', async () => {
    const server = await mirror();
    const { chunks, error } = await readAll(open(server, { cache: fakeCaches(true) }));
    expect(error).toBeNull();
    expectImages(chunks, 'test', test.images);
  });
});
