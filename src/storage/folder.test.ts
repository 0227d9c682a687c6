import { afterEach, expect, it, vi } from 'vitest';
import { failureOf } from './failure.ts';
import { privateFolder } from './folder.ts';

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
