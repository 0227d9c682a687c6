/** How many steps fit into the minutes someone has, and a schedule that ends with them. */
import type { LearningRate, RunConfig, Schedule, TrainingConfig } from '../model/config.ts';
import { baseLearningRate } from './edit.ts';
import { MOST_STEPS } from './trainLonger.ts';
import { OVERHEAD, plannedTime, type Rated } from './trainingTime.ts';

/** Schedules that come to their end with the steps, whatever their number. */
export type FittedSchedule = Extract<Schedule['type'], 'linear' | 'oneCycle'>;

const MINUTE_MS = 60_000;

/**
 * Milliseconds of a step of all runs, which take turns, with the tests' share; null before the adapter has been measured.
 * @param stepMs of the last steps, without tests; null: none have been made.
 * @throws ConfigError where a network can't be built.
 */
export function stepMsOfAll(
  configs: readonly RunConfig[],
  rated: Rated,
  stepMs: number | null,
): number | null {
  if (stepMs !== null) return OVERHEAD * stepMs;
  const times = configs.map((config) => plannedTime(config, rated));
  return times.includes(null) ? null : times.reduce((sum, time) => sum + (time?.stepMs ?? 0), 0);
}

/** What runs have behind them. */
interface Made {
  readonly steps: number;
  /** Without pauses. */
  readonly ms: number;
}

/** The steps, those made included, that end with the minutes; at least those made and one, and no more than a config may have. */
export function stepsWithin(
  minutes: number,
  stepMs: number,
  made: Made = { steps: 0, ms: 0 },
): number {
  const fitting = rounded(made.steps + (minutes * MINUTE_MS - made.ms) / stepMs);
  return Math.min(MOST_STEPS, Math.max(made.steps, 1, fitting));
}

/** Down to three digits, more than times tell. */
function rounded(steps: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, steps))) - 2);
  return unit * Math.floor(steps / unit);
}

/** Times that every training image is seen in so many steps. */
export const epochsOf = ({ training, data }: RunConfig, steps: number): number =>
  (steps * training.batchSize) / data.train;

/**
 * Steps and a schedule that ends with them. The run keeps its rate, as the peak, and a warm-up of at most a tenth of the
 * steps; one cycle rises over its three tenths.
 */
export function fitted(
  { learningRate }: Pick<TrainingConfig, 'learningRate'>,
  steps: number,
  type: FittedSchedule,
): { readonly steps: number; readonly learningRate: LearningRate } {
  const { warmupSteps, drops } =
    typeof learningRate === 'number' ? { warmupSteps: 0, drops: [] } : learningRate;
  const warmUp = type === 'oneCycle' ? 0 : Math.min(warmupSteps, Math.floor(steps / 10));
  return {
    steps,
    learningRate: { type, base: baseLearningRate(learningRate), warmupSteps: warmUp, drops },
  };
}
