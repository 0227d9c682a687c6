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

test('linear falls in a straight line behind its warm-up, and stays at 0', () => {
  const schedule = { type: 'linear', base: 0.5, warmupSteps: 20, drops: [] } as const;
  const rates = at({ ...schedule, drops: [] }, [0, 19, 20, 40, 60, 99, 100, 140]);
  expect(rates).toEqual([0.025, 0.5, 0.5, 0.375, 0.25, 0.5 * (1 - 79 / 80), 0, 0]);
});

/** `torch.optim.lr_scheduler` of PyTorch 1.13 with an SGD: the rates of the steps in `at`. */
const TORCH = {
  // LinearLR(start_factor=1, end_factor=0, total_iters=10), whose rates are products of quotients
  linear: [
    0.4, 0.36000000000000004, 0.32, 0.28, 0.24000000000000005, 0.20000000000000004,
    0.16000000000000003, 0.12000000000000002, 0.08000000000000003, 0.040000000000000015,
  ],
  // OneCycleLR(max_lr=0.4, total_steps=10)
  oneCycle: [
    0.016000000000000014, 0.20800000000000002, 0.4, 0.38019385280538953, 0.3246982615799052,
    0.24450480877451572, 0.1554967912254843, 0.0753033384200948, 0.019807747194610516, 1.6e-6,
  ],
  // OneCycleLR(max_lr=0.4, total_steps=10, pct_start=0.4)
  warmUp: [
    0.016000000000000014, 0.11199999999999999, 0.304, 0.4, 0.37320518793656476, 0.3000004,
    0.2000008, 0.10000120000000005, 0.02679641206343529, 1.6e-6,
  ],
};

test('linear and one cycle have PyTorch’s rates', () => {
  const rates = (type: 'linear' | 'oneCycle', warmupSteps = 0) =>
    at(
      { type, base: 0.4, warmupSteps, drops: [] },
      Array.from({ length: 10 }, (_, step) => step),
      10,
    );
  const expectClose = (got: number[], wanted: number[]) => {
    expect(got).toHaveLength(wanted.length);
    for (const [step, rate] of wanted.entries()) expect(got[step]).toBeCloseTo(rate, 14);
  };
  expectClose(rates('linear'), TORCH.linear);
  expectClose(rates('oneCycle'), TORCH.oneCycle);
  expectClose(rates('oneCycle', 4), TORCH.warmUp);
});

test('one cycle divides by no zero, however few its steps', () => {
  const cycle = (warmupSteps: number, steps: number[], total: number) =>
    at({ type: 'oneCycle', base: 1, warmupSteps, drops: [] }, steps, total);
  expect(cycle(1, [0, 2], 3)).toEqual([1, 1 / 250_000]);
  expect(cycle(3, [2, 3], 3)).toEqual([1, 1]);
  expect(cycle(0, [0], 1)).toEqual([1 / 250_000]);
  expect(cycle(0, [99, 500], 100)).toEqual([1 / 250_000, 1 / 250_000]);
  expect(cycle(0, [0], 100)[0]).toBeCloseTo(1 / 25, 14);
});
