/** Runs as asked for, none of them begun. */
import type { RunConfig } from '../model/config.ts';
import type { RunId } from '../training/runIdentity.ts';
import { hasShortcuts, withAllShortcuts, withoutShortcuts } from '../model/shortcuts.ts';
import { sameConfig, withPending } from './edit.ts';
import { runName } from './naming.ts';
import { freshRun } from './runViews.ts';
import type { RunView } from './state.ts';

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
    const fresh = freshRun(nextId(), colourIndex, name ?? runName(config, runs), config);
    runs.push({
      ...fresh,
      tabKey: `${i}`,
      isNamed: name !== undefined,
      kernelCode,
      expectedSha256,
    });
  }
  return runs;
}

/** The config that the builder shows of a run: with what waits to be applied. */
export const asItIsEdited = ({ draft, config, pending }: RunView): RunConfig =>
  withPending(draft ?? config, pending);

/** The same with its shortcuts the other way. */
export const twinOf = (config: RunConfig): RunConfig =>
  hasShortcuts(config.model) ? withoutShortcuts(config) : withAllShortcuts(config);

/** The same with the first seed that no run like it has. */
export function withOtherSeed(config: RunConfig, others: readonly RunConfig[]): RunConfig {
  const like = (seed: number): RunConfig => ({ ...config, training: { ...config.training, seed } });
  let { seed } = config.training;
  while (others.some((other) => sameConfig(other, like(seed)))) seed++;
  return like(seed);
}
