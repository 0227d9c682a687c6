import { createHash } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { sha256 } from './sha256.ts';

afterEach(() => void vi.unstubAllGlobals());

const wanted = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

it.each([true, false])('is that of Node, with crypto.subtle (%s) and without', async (has) => {
  if (!has) vi.stubGlobal('crypto', {});
  // Around the ends of blocks, where the padding needs another one.
  for (const length of [0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 73 + length) % 256);
    expect(await sha256(bytes)).toBe(wanted(bytes));
  }
});
