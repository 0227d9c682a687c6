import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Patience } from './patience.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it('lasts as long as all attempts together bring nothing new', () => {
  const patience = new Patience(20_000);
  expect(patience.attemptMs).toBe(10_000);
  vi.advanceTimersByTime(12_000);
  expect([patience.leftMs, patience.attemptMs]).toEqual([8000, 8000]);
  patience.arrived(500);
  expect([patience.leftMs, patience.attemptMs]).toEqual([20_000, 10_000]);
  vi.advanceTimersByTime(15_000);
  // The next attempt starts at the first byte again.
  patience.arrived(100);
  expect(patience.leftMs).toBe(5000);
  vi.advanceTimersByTime(6000);
  expect([patience.leftMs, patience.attemptMs]).toEqual([0, 0]);
});
