import { expect, it, vi } from 'vitest';
import { ChunkError, deferred, loadChunk, loadDeferred, onChunkFailure } from './chunk.ts';

const failure = (file: string) =>
  new TypeError(`Failed to fetch dynamically imported module: https://page.example/assets/${file}`);

it('gives the module, and after a failure tries again', async () => {
  const load = vi.fn().mockRejectedValueOnce(failure('a-1.js')).mockResolvedValue({ a: 1 });
  const importAnew = vi.fn();
  const heard = vi.fn();
  const end = onChunkFailure(heard);
  await expect(loadChunk(load, importAnew)).rejects.toThrow(
    'A part of this page could not be loaded (a-1.js). Check the network and try again. If that does not help, reload the page.',
  );
  expect(heard).toHaveBeenCalledTimes(1);
  end();
  expect(await loadChunk(load, importAnew)).toEqual({ a: 1 });
  expect(importAnew).not.toHaveBeenCalled();
});

it('asks by another URL where the browser remembers the failure', async () => {
  const load = vi.fn().mockRejectedValue(failure('b-1.js'));
  const importAnew = vi.fn().mockRejectedValueOnce(failure('b-1.js')).mockResolvedValue({ b: 2 });
  await expect(loadChunk(load, importAnew)).rejects.toThrow(ChunkError);
  expect(importAnew).not.toHaveBeenCalled();
  await expect(loadChunk(load, importAnew)).rejects.toThrow(ChunkError);
  expect(await loadChunk(load, importAnew)).toEqual({ b: 2 });
  expect(importAnew.mock.calls).toEqual([
    ['https://page.example/assets/b-1.js?again=1'],
    ['https://page.example/assets/b-1.js?again=2'],
  ]);
});

it('says less where the browser names no file', async () => {
  const load = () => Promise.reject(new TypeError('Importing a module script failed.'));
  await expect(loadChunk(load)).rejects.toThrow('A part of this page could not be loaded. Check');
});

it('loads what comes up by itself ahead of what is opened', async () => {
  // Other tests' pages may be loading everything, too.
  const loaded = new Set<string>();
  const part = (name: string) => async () => void loaded.add(name);
  deferred(part('opened'));
  deferred(part('comes up'), true);
  await loadDeferred();
  expect([...loaded]).toEqual(['comes up', 'opened']);
});
