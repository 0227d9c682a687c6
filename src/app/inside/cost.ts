/** What a measurement will cost, estimated before it is made. */

export interface Pace {
  /** Milliseconds an image took when this was last measured; null: never. */
  readonly measuredMs: number | null;
  /** Images a second that one run trains at, all runs together advancing. */
  readonly trainedPerSecond: number | null;
  /** Runs that train together. */
  readonly runs: number;
  /** Multiply-adds of an image's forward pass. */
  readonly macs: number;
  /** The adapter's rate, a multiply-add counting as two operations; null: not measured yet. */
  readonly gflops: number | null;
}

/** Time of a forward pass as a share of a whole training step. */
const FORWARD_SHARE = 1 / 3;

/** Milliseconds that testing one image will take, by the best that is known; null where nothing is. */
export function imageMs({ measuredMs, trainedPerSecond, runs, macs, gflops }: Pace): number | null {
  if (measuredMs !== null) return measuredMs;
  if (trainedPerSecond !== null && trainedPerSecond > 0) {
    return (FORWARD_SHARE * 1000) / trainedPerSecond / Math.max(1, runs);
  }
  return gflops === null || gflops <= 0 ? null : (2 * macs) / (gflops * 1e6);
}
