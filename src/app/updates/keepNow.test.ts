import { afterEach, expect, it, vi } from 'vitest';
import { keepNow } from './keepNow.ts';

afterEach(() => vi.useRealTimers());

it('tells whether a reload would lose nothing, and waits for no answer that never comes', async () => {
  for (const isKept of [true, false]) {
    expect(await keepNow({ keepNow: async () => isKept })).toBe(isKept);
  }
  vi.useFakeTimers();
  const silent = keepNow({ keepNow: () => new Promise(() => undefined) });
  await vi.runAllTimersAsync();
  expect(await silent).toBe(false);
});
