/** Where a running experiment stands: part of the page's state. */
import type { RunId } from '../../training/runIdentity.ts';
import type { ArmResult } from './armResult.ts';
import type { ExperimentSize } from './sizes.ts';

/**
 * `offered`: nothing trains yet. `running`: its runs are the live ones, training or paused. `interrupted`: the live runs
 * are others, or have been changed; finished arms are kept. `finished`: all arms have their results.
 */
export const EXPERIMENT_STATUSES = ['offered', 'running', 'interrupted', 'finished'] as const;

export interface ExperimentState {
  /** The experiment's id in the registry. */
  readonly id: string;
  readonly size: ExperimentSize;
  /** Arms that are left out; its experiment's `switches` says which may be. */
  readonly without: readonly string[];
  readonly status: (typeof EXPERIMENT_STATUSES)[number];
  /** Arm → live run, of the round that trains. */
  readonly live: Readonly<Record<string, RunId>>;
  /** Arms that were finished before the page was reloaded, whose results are yet to be read from storage. */
  readonly unread: readonly string[];
  /** Results by arm. */
  readonly results: Readonly<Record<string, ArmResult>>;
  /** Why it was interrupted. */
  readonly note: string | null;
}

/** An experiment that is shown and has not begun. */
export const offered = (
  id: string,
  size: ExperimentSize,
  without: readonly string[] = [],
): ExperimentState => ({
  ...{ id, size, without, status: 'offered', live: {}, unread: [], results: {}, note: null },
});
