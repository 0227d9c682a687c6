import { expect, test } from 'vitest';
import { LastGoodSnapshot, SnapshotClock } from './snapshot.ts';

const state = (value: number) => ({
  weights: new Map([['fc.bias', { shape: [1], data: Float32Array.of(value) }]]),
  momentum: new Map(),
});

test('due after 200 steps or 2 s, whichever comes first', () => {
  const clock = new SnapshotClock();
  clock.taken(0, 1000, 10);
  expect(clock.isDue(199, 2000)).toBe(false);
  expect(clock.isDue(200, 2000)).toBe(true);
  expect(clock.isDue(3, 2999)).toBe(false);
  expect(clock.isDue(3, 3000)).toBe(true);
});

test('not due where no step was made', () => {
  const clock = new SnapshotClock();
  clock.taken(7, 0, 0);
  expect(clock.isDue(7, 1e9)).toBe(false);
});

test.each([
  [200, 8000],
  [1000, 10_000],
])('a copy that took %i ms is not repeated before %i ms are over', (costMs, ms) => {
  const clock = new SnapshotClock();
  clock.taken(0, 0, costMs);
  clock.taken(0, 0, 3 * costMs);
  expect(clock.isDue(5000, ms - 1)).toBe(false);
  expect(clock.isDue(5000, ms)).toBe(true);
});

test('only finite states replace the last good one', () => {
  const good = new LastGoodSnapshot({ step: 0, elapsedMs: 0, state: state(1) });
  expect(good.offer({ step: 200, elapsedMs: 5, state: state(Number.NaN) })).toBe('fc.bias');
  expect(good.current.step).toBe(0);
  expect(good.offer({ step: 400, elapsedMs: 9, state: state(2) })).toBeNull();
  expect(good.current.step).toBe(400);
});
