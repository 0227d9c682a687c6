import { afterEach, expect, it, vi } from 'vitest';
import { failureOf } from './failure.ts';
import { type DirectoryHandle, folderOf, privateFolder } from './folder.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('gives up on a file system that never answers', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('navigator', { storage: { getDirectory: () => new Promise(() => undefined) } });
  const opened = privateFolder('a', 'ownImages').catch(failureOf);
  await vi.advanceTimersByTimeAsync(8000);
  expect(await opened).toBe('broken');
});

it.each([
  ['missing', {}],
  ['missing', { storage: {} }],
  [
    'refused',
    {
      storage: { getDirectory: async () => Promise.reject(new DOMException('', 'SecurityError')) },
    },
  ],
])('%s', async (failure, navigator) => {
  vi.stubGlobal('navigator', navigator);
  const opened = await privateFolder('a', 'ownImages').catch(failureOf);
  expect(opened).toBe(failure);
});

it('neither changes nor closes a file once its page is gone', async () => {
  const calls: string[] = [];
  const access = {
    write: ({ length }: Uint8Array) => calls.push('write') && length,
    flush: () => calls.push('flush'),
    close: () => calls.push('close'),
  };
  const directory = { getFileHandle: async () => ({ createSyncAccessHandle: async () => access }) };
  const folder = folderOf(directory as unknown as DirectoryHandle);
  const file = await folder.open('a', true);
  file.write(new Uint8Array(3), 0);
  file.flush();
  vi.stubGlobal('setTimeout', () => 0);
  expect(() => file.write(new Uint8Array(3), 0)).toThrow('storage failed');
  file.close();
  expect(calls).toEqual(['write', 'flush']);
  vi.unstubAllGlobals();
  file.close();
  expect(calls).toEqual(['write', 'flush', 'close']);
});
