/** Which runs a command discards, and whether they are worth storing. */
import type { RunConfig } from '../../model/config.ts';
import type { Command } from '../../training/protocol/commands.ts';
import type { RunId } from '../../training/runIdentity.ts';
import { sameConfig } from '../edit.ts';
import { isOver, type RunView } from '../state.ts';

/** Those of the runs in training that lose their measurements or weights to `command`. */
export function discardedBy(command: Command, training: ReadonlyMap<RunId, RunConfig>): RunId[] {
  switch (command.type) {
    case 'reset':
    case 'resume':
      return [...training.keys()];
    case 'setRuns': {
      const goesOn = (id: RunId, config: RunConfig) =>
        command.runs.some(
          (run) => run.id === id && run.from === undefined && sameConfig(run.config, config),
        );
      return [...training].flatMap(([id, config]) => (goesOn(id, config) ? [] : [id]));
    }
    case 'loadWeights':
    case 'restore':
      return [command.id];
    default:
      return [];
  }
}

/** Fewer steps in less time mean that someone was only trying the buttons. */
const MIN_STEPS = 10;
const MIN_MS = 10_000;

/** Whether a person would miss the run. @param latest its last step. */
export function isWorthStoring(
  run: Pick<RunView, 'finished' | 'diverged'>,
  latest: { readonly step: number; readonly elapsedMs: number } | null,
): boolean {
  if (latest === null) return false;
  return isOver(run) || latest.step + 1 >= MIN_STEPS || latest.elapsedMs >= MIN_MS;
}
