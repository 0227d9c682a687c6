/** CPU copies of a run's whole state: what it goes back to after a divergence or a lost device. */
import type { NetworkState } from '../engine/api.ts';
import { notFiniteIn } from './health.ts';

export interface Snapshot {
  /** Steps done when it was taken. */
  readonly step: number;
  /** Milliseconds trained until then. */
  readonly elapsedMs: number;
  /** Weights, running statistics and momentum, those of layers not in the present graph included. */
  readonly state: NetworkState;
}

const PERIOD_STEPS = 200;
const PERIOD_MS = 2000;
/** Reading the weights back may cost this share of training time; large nets then wait longer, up to `MAX_PERIOD_MS`. */
const TIME_SHARE = 0.025;
const MAX_PERIOD_MS = 10_000;

/** Decides when the next snapshot is due: whichever comes first of 200 steps and 2 s, but for 2.5 % of the time or every 10 s. */
export class SnapshotClock {
  private step = 0;
  private takenAtMs = 0;
  /** Of the last two. Other programs can make one of them seem expensive. */
  private costsMs: readonly number[] = [0];

  /** @param nowMs any monotonic clock. @param isWanted for another reason, within the same share of the time. */
  isDue(step: number, nowMs: number, isWanted = false): boolean {
    const sinceMs = nowMs - this.takenAtMs;
    const costMs = Math.min(...this.costsMs);
    if (step === this.step || sinceMs < Math.min(costMs / TIME_SHARE, MAX_PERIOD_MS)) return false;
    return isWanted || step - this.step >= PERIOD_STEPS || sinceMs >= PERIOD_MS;
  }

  taken(step: number, nowMs: number, costMs: number): void {
    this.step = step;
    this.takenAtMs = nowMs;
    this.costsMs = [...this.costsMs.slice(-1), costMs];
  }
}

/** The last snapshot that is known to be good. Only one is kept: a copy of ResNet-152 with momentum takes 480 MB. */
export class LastGoodSnapshot {
  constructor(private kept: Snapshot) {}

  get current(): Snapshot {
    return this.kept;
  }

  /**
   * Keeps `snapshot` if it is wholly finite. Offer it only when all metrics up to its step were.
   * @returns what in it is not finite, by name; null: it is kept.
   */
  offer(snapshot: Snapshot): string | null {
    const bad = notFiniteIn(snapshot.state);
    if (bad === null) this.kept = snapshot;
    return bad;
  }
}
