import { expect, test } from 'vitest';
import { learningRateAt, scaleLearningRate } from './schedule.ts';

const at = (schedule: Parameters<typeof learningRateAt>[0], steps: number[], total = 100) =>
  steps.map((step) => learningRateAt(schedule, step, total));

test('a number is constant', () => {
  expect(at(0.05, [0, 50, 99])).toEqual([0.05, 0.05, 0.05]);
});

test('step divides by 10 from each drop on, the drop itself included', () => {
  const schedule = { type: 'step', base: 0.1, warmupSteps: 0, drops: [32, 48] } as const;
  const rates = at({ ...schedule, drops: [...schedule.drops] }, [0, 31, 32, 47, 48, 99]);
  expect(rates).toEqual([0.1, 0.1, 0.01, 0.01, 0.001, 0.001]);
});

test('drops need no order', () => {
  expect(at({ type: 'step', base: 1, warmupSteps: 0, drops: [48, 32] }, [40])).toEqual([0.1]);
});

test('cosine runs from base over half to zero', () => {
  const [first, half, end] = at(
    { type: 'cosine', base: 0.2, warmupSteps: 0, drops: [] },
    [0, 50, 100],
  );
  expect(first).toBe(0.2);
  expect(half).toBeCloseTo(0.1, 12);
  expect(end).toBe(0);
});

test('warm-up is linear and reaches base with its last step', () => {
  const rates = at({ type: 'step', base: 0.1, warmupSteps: 4, drops: [] }, [0, 1, 2, 3, 4]);
  expect(rates).toEqual([0.025, 0.05, 0.30000000000000004 / 4, 0.1, 0.1]);
});

test('cosine begins at base behind its warm-up and stays at 0 past the end', () => {
  const schedule = { type: 'cosine', base: 0.1, warmupSteps: 20, drops: [] } as const;
  const [top, middle, past] = at({ ...schedule, drops: [] }, [20, 60, 140]);
  expect(top).toBe(0.1);
  expect(middle).toBeCloseTo(0.05, 12);
  expect(past).toBe(0);
});

test('a warm-up as long as the run divides by no zero', () => {
  expect(at({ type: 'cosine', base: 1, warmupSteps: 10, drops: [] }, [9, 10], 10)).toEqual([1, 1]);
});

test('scaling keeps the shape of a schedule', () => {
  expect(scaleLearningRate(0.1, 0.1)).toBe(0.01);
  expect(scaleLearningRate({ type: 'step', base: 0.1, warmupSteps: 3, drops: [5] }, 0.1)).toEqual({
    type: 'step',
    base: 0.01,
    warmupSteps: 3,
    drops: [5],
  });
});
