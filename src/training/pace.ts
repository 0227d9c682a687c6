/** How often the loop reads metrics back, from how long its steps take. */

/** Metrics come every 150 ms or so: 5 to 10 times a second. */
const READBACK_MS = 150;
const SLOW_STEP_MS = 100;
/** Half of the engine's ring, so that two readbacks in flight never meet. */
const MAX_STEPS = 32;
/** For steps longer than this, a second one in flight gains nothing, and a pause would have to wait for it. */
const ONE_IN_FLIGHT_MS = 250;
const SMOOTHING = 0.3;

export class Pace {
  private smoothedMs: number | null = null;
  private last = 1;
  private bursts = 0;

  /** Milliseconds of one step of all runs, smoothed; null before the first one is done. */
  get stepMs(): number | null {
    return this.smoothedMs;
  }

  /** Counts `steps` steps that took `ms` milliseconds of GPU time together. */
  record(steps: number, ms: number): void {
    const stepMs = ms / steps;
    // Drivers compile shaders when they first run, so the first burst's time means nothing.
    const before = this.bursts < 2 ? stepMs : (this.smoothedMs ?? stepMs);
    this.smoothedMs = before + SMOOTHING * (stepMs - before);
    this.bursts++;
    const wanted =
      this.smoothedMs > SLOW_STEP_MS
        ? 1
        : Math.floor(READBACK_MS / Math.max(this.smoothedMs, READBACK_MS / MAX_STEPS));
    this.last = Math.max(1, Math.min(wanted, 2 * this.last, MAX_STEPS));
  }

  /** Steps until the next readback: 1 for slow steps, at most twice as many as before. */
  get stepsPerReadback(): number {
    return this.last;
  }

  get readbacksInFlight(): 1 | 2 {
    return this.smoothedMs === null || this.smoothedMs > ONE_IN_FLIGHT_MS ? 1 : 2;
  }

  /** Forgets everything: other runs, other durations. */
  reset(): void {
    this.smoothedMs = null;
    this.last = 1;
    this.bursts = 0;
  }
}
