/** Learning-rate schedules. */
import { cos } from '../data/elementary.ts';
import type { LearningRate } from '../model/config.ts';

/**
 * The learning rate of a step; steps count from 0.
 *
 * A number is constant. `step` divides `base` by 10 at each of `drops` (He et al. §4.2: 32k and 48k of 64k). `cosine`
 * falls from `base` to 0 over the steps behind the warm-up (Loshchilov & Hutter 2017, one cycle). Both rise linearly
 * over the first `warmupSteps` steps, reaching `base` with the last of them: the paper's remedy for depth 110, which
 * trains at a lower rate for its first 400 steps, is `{ type: 'step', base: 0.1, warmupSteps: 400 }`.
 */
export function learningRateAt(schedule: LearningRate, step: number, totalSteps: number): number {
  if (typeof schedule === 'number') return schedule;
  const { base, warmupSteps } = schedule;
  if (step < warmupSteps) return (base * (step + 1)) / warmupSteps;
  switch (schedule.type) {
    case 'step':
      return base / schedule.drops.reduce((by, drop) => (step >= drop ? 10 * by : by), 1);
    case 'cosine': {
      const progress = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
      return (base / 2) * (1 + cos(Math.PI * Math.min(1, progress)));
    }
    default:
      return schedule.type satisfies never;
  }
}

/** Whether the rate of any of the first `steps` steps would have been another had there been more steps in all. */
export const dependsOnTotal = (schedule: LearningRate, steps: number): boolean =>
  typeof schedule !== 'number' && schedule.type === 'cosine' && steps > schedule.warmupSteps;

/** The same schedule at `factor` times its rate. */
export function scaleLearningRate(schedule: LearningRate, factor: number): LearningRate {
  // Ten digits are more than a rate means; they keep 0.1 · 0.1 from reading 0.010000000000000002.
  const scaled = (rate: number) => Number((rate * factor).toPrecision(10));
  return typeof schedule === 'number'
    ? scaled(schedule)
    : { ...schedule, base: scaled(schedule.base) };
}
