/** A run as charts and tables see it: live, or stored and pinned to the charts. */
import type { RunHistory } from '../training/history.ts';
import type { RunView } from './state.ts';

export interface ShownRun
  extends Pick<RunView, 'id' | 'name' | 'colourIndex' | 'config' | 'markers' | 'weightsFrom'> {
  readonly history: RunHistory;
  readonly isLive: boolean;
  /** What the others are compared with; at most one. */
  readonly isBaseline: boolean;
}
