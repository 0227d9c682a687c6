/** Where a running experiment stands: part of the page's state. */
import type { RunId } from '../../training/runIdentity.ts';
import type { ArmResult } from './armResult.ts';
import type { ExperimentSize } from './sizes.ts';

export interface ExperimentState {
  /** The experiment's id in the registry. */
  readonly id: string;
  readonly size: ExperimentSize;
  /**
   * `offered`: nothing trains yet. `running`: its runs are the live ones, training or paused. `interrupted`: the live
   * runs are others, or have been changed; finished arms are kept. `finished`: all arms have their results.
   */
  readonly status: 'offered' | 'running' | 'interrupted' | 'finished';
  /** Arm → live run, of the round that trains. */
  readonly live: Readonly<Record<string, RunId>>;
  /** Results by arm. */
  readonly results: Readonly<Record<string, ArmResult>>;
  /** Why it was interrupted. */
  readonly note: string | null;
}

/** An experiment that is shown and has not begun. */
export const offered = (id: string, size: ExperimentSize): ExperimentState => ({
  ...{ id, size, status: 'offered', live: {}, results: {}, note: null },
});
