import { expect, it } from 'vitest';
import { experimentOf } from './registry.ts';
import { estimatedArmMs, timeOf, withMeasured } from './time.ts';

const experiment = experimentOf('degradation');
const arms = experiment?.arms('small') ?? [];
const speed = { gflops: 100, machine: 'gpu', known: [] } as const;

it('follows the adapter’s rate where the nets are large', () => {
  const [arm] = experiment?.arms('paper') ?? [];
  if (arm === undefined) throw new Error('no arm');
  const slow = estimatedArmMs(arm, { ...speed, gflops: 1 });
  // ResNet-20: 40.8 M multiply-adds, 128 images, 64,000 steps, at 0.6 GFLOP/s and 15 % for tests.
  expect(slow / ((6 * 40.8e6 * 128 * 64_000 * 1.15) / 0.6e6)).toBeCloseTo(1, 1);
});

it('a wide range before anything was measured, a narrow one afterwards', () => {
  const before = timeOf('degradation/small', arms, speed);
  expect(before.highMs / before.lowMs).toBe(4);
  const known = withMeasured([], 'degradation/small', 60_000, arms, speed);
  const after = timeOf('degradation/small', arms, { ...speed, known });
  expect(after).toMatchObject({ isMeasured: true });
  expect(after.lowMs).toBeCloseTo(51_000);
  expect(after.highMs).toBeCloseTo(72_000);
  // Of the others it says how far the adapter is off its estimate.
  const other = timeOf('surgery/small', arms, { ...speed, known });
  expect(other.isMeasured).toBe(false);
  expect(other.lowMs).toBeCloseTo(42_000);
  expect(other.highMs).toBeCloseTo(84_000);
});

it('a measurement replaces the one before it', () => {
  const first = withMeasured([], 'a', 1000, arms, speed);
  expect(withMeasured(first, 'a', 2000, arms, speed)).toHaveLength(1);
  expect(withMeasured(first, 'b', 2000, arms, speed)).toHaveLength(2);
});
