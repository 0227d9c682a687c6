import { afterEach, expect, it, vi } from 'vitest';
import { failureOf } from './failure.ts';
import { privateFolder } from './folder.ts';

afterEach(() => vi.unstubAllGlobals());

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
