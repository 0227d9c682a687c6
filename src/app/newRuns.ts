/** Runs as asked for, none of them begun. */
import type { RunId } from '../training/runIdentity.ts';
import { runName } from './naming.ts';
import type { NewRun } from './sessionOptions.ts';
import { freshRun, type RunView } from './state.ts';

/** @param nextId gives an id no run has had. @returns the runs, in the same order, their names all different. */
export function newRuns(wanted: readonly NewRun[], nextId: () => RunId): RunView[] {
  const runs: RunView[] = [];
  for (const [i, { config, name, colourIndex = i, kernelCode = null }] of wanted.entries()) {
    const taken = runs.map((run) => run.name);
    const fresh = freshRun(nextId(), colourIndex, name ?? runName(config.model, taken), config);
    runs.push({ ...fresh, isNamed: name !== undefined, kernelCode });
  }
  return runs;
}
