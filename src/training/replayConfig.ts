/** The config that trains a run again, from its beginning to where it is. */
import { MAX_CHANGES, type RunChange, type RunConfig } from '../model/config.ts';

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
