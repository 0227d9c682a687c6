/** Runs as asked for, none of them begun. */
import type { RunConfig } from '../model/config.ts';
import type { RunId } from '../training/runIdentity.ts';
import { runName } from './naming.ts';
import { freshRun, type RunView } from './state.ts';

/** A run to be made. */
export interface NewRun {
  readonly config: RunConfig;
  /** It stays when the network is edited. Left out: after the network. */
  readonly name?: string | undefined;
  /** Left out: its place among the runs. */
  readonly colourIndex?: number | undefined;
  /** The kernels to use where they can be (`prepared`'s `kernelCode`). */
  readonly kernelCode?: string | undefined;
  /** The hash that the finished run's weights are to have. */
  readonly expectedSha256?: string | undefined;
}

/** @param nextId gives an id no run has had. @returns the runs, in the same order, their names all different. */
export function newRuns(wanted: readonly NewRun[], nextId: () => RunId): RunView[] {
  const runs: RunView[] = [];
  for (const [i, { config, name, colourIndex = i, ...rest }] of wanted.entries()) {
    const { kernelCode = null, expectedSha256 = null } = rest;
    const taken = runs.map((run) => run.name);
    const fresh = freshRun(nextId(), colourIndex, name ?? runName(config.model, taken), config);
    runs.push({ ...fresh, isNamed: name !== undefined, kernelCode, expectedSha256 });
  }
  return runs;
}
