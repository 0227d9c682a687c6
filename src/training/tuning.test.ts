import { describe, expect, it, vi } from 'vitest';
import type { EngineDevice, KernelChoices, TuningOptions } from '../engine/api.ts';
import { Run } from './run.ts';
import { tinyConfig } from './testing/sessionHarness.ts';
import { budgetFor, Tuning } from './tuning.ts';

const runOf = (steps: number) => new Run('a', tinyConfig({ training: { steps } }));
const software = { isSoftware: true };

describe('budgetFor', () => {
  it('is a small share of the training ahead, and bounded', () => {
    const run = runOf(100_000);
    const { graph, config } = run;
    const stepMs = (gflops: number) => (6 * graph.macs * config.training.batchSize) / gflops / 1e6;
    const gflops = (stepMs(1) * 100_000) / 20_000;
    expect(budgetFor([run], software, gflops, 0)).toBeCloseTo(400, 6);
    run.step = 50_000;
    expect(budgetFor([run], software, gflops, 0)).toBeCloseTo(200, 6);
    expect(budgetFor([run], software, gflops / 1000, 0)).toBe(700);
    expect(budgetFor([run, run], { isSoftware: false }, gflops / 1000, 0)).toBe(1000);
    expect(budgetFor([run], software, gflops / 1000, 5700)).toBe(300);
    expect(budgetFor([run], software, gflops / 1000, 5950)).toBe(0);
  });

  it('is nothing for runs that are over before it pays, or on an unknown adapter', () => {
    expect(budgetFor([runOf(3)], software, 1, 0)).toBe(0);
    expect(budgetFor([runOf(100_000)], software, null, 0)).toBe(0);
    expect(budgetFor([], software, 1, 0)).toBe(0);
  });
});

describe('Tuning', () => {
  const deviceWith = (tune: EngineDevice['tune']) =>
    ({ adapter: { name: 'x', vendor: '', architecture: '', ...software }, tune }) as EngineDevice;

  it('asks for all runs without a choice at once, and leaves a recorded choice as it is', async () => {
    const tune = vi.fn(async (_, { onStart }: TuningOptions): Promise<KernelChoices> => {
      onStart?.();
      return { conv: 'tuned' };
    });
    const onTiming = vi.fn();
    const tuning = new Tuning(null, onTiming);
    const [fresh, other, recorded] = [runOf(100_000), runOf(100_000), runOf(100_000)];
    recorded.kernelChoices = { conv: 'recorded' };
    await tuning.choose(deviceWith(tune), [fresh, recorded, other]);
    expect(tune).toHaveBeenCalledOnce();
    expect(tune.mock.calls[0]?.[0]).toHaveLength(2);
    expect(onTiming.mock.calls).toEqual([[true], [false]]);
    expect([fresh, other, recorded].map(({ kernelChoices: tiles }) => tiles?.conv)).toEqual([
      ...['tuned', 'tuned', 'recorded'],
    ]);
    await tuning.choose(deviceWith(tune), [fresh, recorded, other]);
    expect(tune).toHaveBeenCalledOnce();
  });

  it('does nothing with an engine that has no choice', async () => {
    const run = runOf(10);
    await new Tuning(null, () => undefined).choose(deviceWith(undefined), [run]);
    expect(run.kernelChoices).toBeNull();
  });
});
