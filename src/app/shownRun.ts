/** A run as charts and tables see it, whether it trains now or was kept from before. */
import type { RunConfig } from '../model/config.ts';
import type { RunHistory } from '../training/history.ts';
import type { RunId } from '../training/runIdentity.ts';
import type { Marker } from './state.ts';

export interface ShownRun {
  readonly id: RunId;
  readonly name: string;
  /** Names its colour and dash. */
  readonly colourIndex: number;
  readonly config: RunConfig;
  readonly markers: readonly Marker[];
  readonly history: RunHistory;
  /** In training or ready for it; else kept, and pinned to the charts. */
  readonly isLive: boolean;
  /** What the others are compared with; at most one. */
  readonly isBaseline: boolean;
}
