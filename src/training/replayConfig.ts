/** The config that trains a run again, from its beginning to where it is. */
import { MAX_CHANGES } from '../model/changeLimit.ts';
import type { RunChange, RunConfig } from '../model/config.ts';
import { dependsOnTotal } from './schedule.ts';

/** Of a run that begins with this config: scheduled changes count once they are made. */
export function replayOfStart({ training, ...config }: RunConfig): RunConfig {
  const { changes: _, ...begun } = training;
  return { ...config, training: begun };
}

/**
 * The same after a change before the run's next step; what was recorded after that step is void, because the run has
 * gone back. Null where a config has no room for so many changes.
 */
export function withMade(replay: RunConfig, step: number, change: RunChange): RunConfig | null {
  const { training } = replay;
  const before = (training.changes ?? []).filter((made) => made.step <= step);
  if (before.length === MAX_CHANGES) return null;
  return { ...replay, training: { ...training, changes: [...before, { step, change }] } };
}

/** The same with another number of steps in all. Null where the steps made would then have had other learning rates. */
export function withSteps(replay: RunConfig, step: number, steps: number): RunConfig | null {
  const { training } = replay;
  if (dependsOnTotal(training.learningRate, step)) return null;
  return { ...replay, training: { ...training, steps } };
}
