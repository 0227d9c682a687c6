/** Learning-rate schedules. */
import { cos } from '../data/elementary.ts';
import type { LearningRate, Schedule } from '../model/config.ts';

/**
 * The learning rate of a step; steps count from 0.
 *
 * A number is constant. `step` divides `base` by 10 at each of `drops` (He et al. §4.2: 32k and 48k of 64k). `cosine`
 * falls from `base` to 0 over the steps behind the warm-up (Loshchilov & Hutter 2017, one cycle), `linear` does so in a
 * straight line (PyTorch's `LinearLR` from 1 to 0). These three rise linearly over the first `warmupSteps` steps,
 * reaching `base` with the last of them: the paper's remedy for depth 110, which trains at a lower rate for its first
 * 400 steps, is `{ type: 'step', base: 0.1, warmupSteps: 400 }`. `oneCycle` has a rise of its own.
 */
export function learningRateAt(schedule: LearningRate, step: number, totalSteps: number): number {
  if (typeof schedule === 'number') return schedule;
  const { base, warmupSteps } = schedule;
  if (schedule.type === 'oneCycle') return oneCycle(schedule, step, totalSteps);
  if (step < warmupSteps) return (base * (step + 1)) / warmupSteps;
  switch (schedule.type) {
    case 'step':
      return base / schedule.drops.reduce((by, drop) => (step >= drop ? 10 * by : by), 1);
    case 'cosine':
      return (base / 2) * (1 + cos(Math.PI * progress(schedule, step, totalSteps)));
    case 'linear':
      return base * (1 - progress(schedule, step, totalSteps));
    default:
      return schedule.type satisfies never;
  }
}

/** How much of what comes behind the warm-up is over, from 0 to 1. */
const progress = ({ warmupSteps }: Schedule, step: number, totalSteps: number): number =>
  Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));

/** The part of all steps over which one cycle rises unless told otherwise; what the peak is over the first rate, and that over the last. */
const RISING_PART = 0.3;
const PEAK_OVER_FIRST = 25;
const FIRST_OVER_LAST = 10_000;

/**
 * One cycle (Smith & Topin 2018) with the shape and defaults of PyTorch's `OneCycleLR`, its momentum left alone: in half a
 * cosine from `base` / 25 up to `base`, which the last of `warmupSteps` has, and in another down to `base` / 250,000 at the
 * last step.
 */
function oneCycle({ base, warmupSteps }: Schedule, step: number, totalSteps: number): number {
  const first = base / PEAK_OVER_FIRST;
  const last = first / FIRST_OVER_LAST;
  const peak = (warmupSteps > 0 ? warmupSteps : RISING_PART * totalSteps) - 1;
  if (step < peak) return between(first, base, step / peak);
  const falling = totalSteps - 1 - peak;
  return between(base, last, falling > 0 ? Math.min(1, (step - peak) / falling) : 0);
}

/** Half a cosine from one rate to another as `part` goes from 0 to 1. */
const between = (from: number, to: number, part: number): number =>
  to + ((from - to) / 2) * (1 + cos(Math.PI * part));

/** Whether the rate of any of the first `steps` steps would have been another had there been more steps in all. */
export const dependsOnTotal = (schedule: LearningRate, steps: number): boolean =>
  typeof schedule !== 'number' && schedule.type !== 'step' && steps > schedule.warmupSteps;

/** The same schedule at `factor` times its rate. */
export function scaleLearningRate(schedule: LearningRate, factor: number): LearningRate {
  // Ten digits are more than a rate means; they keep 0.1 · 0.1 from reading 0.010000000000000002.
  const scaled = (rate: number) => Number((rate * factor).toPrecision(10));
  return typeof schedule === 'number'
    ? scaled(schedule)
    : { ...schedule, base: scaled(schedule.base) };
}
