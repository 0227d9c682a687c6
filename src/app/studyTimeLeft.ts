/** How long studies under way will still take, while they share the device with each other and with training. */

/** Of the clock, over which the studies' share of it is measured. */
const WINDOW_MS = 10_000;
const ENOUGH_MS = 2000;
/** Beside training they take every other turn. */
const SHARE_BESIDE_TRAINING = 0.5;

/**
 * Milliseconds of work until the last of `own` is done. All studies take turns of about equal length: one with more left
 * than another takes as many turns as that one in the meantime.
 * @param own work left, in milliseconds. @param others likewise, of studies that `own` share the turns with.
 */
export function turnsUntilDoneMs(own: readonly number[], others: readonly number[]): number {
  const longest = Math.max(0, ...own);
  return [...own, ...others].reduce((sum, left) => sum + Math.min(left, longest), 0);
}

/** What share of the clock the studies' work takes, of late. */
export class ShareOfTime {
  private readonly samples: { readonly nowMs: number; readonly workMs: number }[] = [];

  /**
   * @param workMs of all studies so far. @param isTraining whether training goes on beside them.
   * @returns 0–1
   */
  at(nowMs: number, workMs: number, isTraining: boolean): number {
    const { samples } = this;
    const before = samples.at(-1);
    // A study that was replaced takes its work along.
    if (before !== undefined && workMs < before.workMs) samples.length = 0;
    samples.push({ nowMs, workMs });
    while ((samples[1]?.nowMs ?? nowMs) <= nowMs - WINDOW_MS) samples.shift();
    const first = samples[0] ?? { nowMs, workMs };
    const elapsedMs = nowMs - first.nowMs;
    const share = (workMs - first.workMs) / elapsedMs;
    if (elapsedMs >= ENOUGH_MS && share > 0) return Math.min(1, share);
    return isTraining ? SHARE_BESIDE_TRAINING : 1;
  }
}
