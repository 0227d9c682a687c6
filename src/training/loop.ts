/**
 * The training loop: submits steps in bursts, the last of which reads the metrics back, and goes on when the GPU has
 * done enough of them. Nothing here waits for a timer or an animation frame, so training goes on in a hidden tab.
 * Commands take effect between bursts.
 */
import { Pace } from './pace.ts';

/** Runs that share a batch, as the loop sees them. `M`: what one readback brings. */
export interface Lane<M> {
  /** Submits the next step. With `readback` it resolves to the metrics of all steps since the last readback. */
  submit(readback: boolean): Promise<M> | null;
  /** Takes the metrics of a burst. */
  deliver(metrics: M, timing: BurstTiming): void;
}

export interface BurstTiming {
  readonly steps: number;
  /** Milliseconds that the burst kept the GPU busy, all lanes together. */
  readonly ms: number;
  /** Milliseconds of one step of all lanes, smoothed. */
  readonly stepMs: number;
}

export class Loop<M extends object> {
  readonly pace = new Pace();
  private readonly inFlight: Promise<void>[] = [];
  private lastDoneMs = 0;

  /**
   * @param nowMs a monotonic clock.
   * @param yieldToMessages lets waiting messages in; needed because a resolved promise alone does not.
   */
  constructor(
    private readonly nowMs: () => number = () => performance.now(),
    private readonly yieldToMessages: () => Promise<void> = nextTask,
  ) {}

  /**
   * Submits `steps` steps of every lane, turn by turn, and returns when the next burst may be submitted: at once while
   * fewer than `pace.readbacksInFlight` are under way.
   * @throws what a lane's readback rejects with, here or in a later call.
   */
  async burst(lanes: readonly Lane<M>[], steps: number): Promise<void> {
    const submittedMs = this.nowMs();
    let readbacks: (Promise<M> | null)[] = [];
    for (let step = 1; step <= steps; step++) {
      readbacks = lanes.map((lane) => lane.submit(step === steps));
    }
    const done = Promise.all(readbacks).then((metrics) => {
      const nowMs = this.nowMs();
      const ms = nowMs - Math.max(submittedMs, this.lastDoneMs);
      this.lastDoneMs = nowMs;
      this.pace.record(steps, ms);
      const timing = { steps, ms, stepMs: this.pace.stepMs ?? ms };
      for (const [i, lane] of lanes.entries()) {
        const delivered = metrics[i];
        if (delivered) lane.deliver(delivered, timing);
      }
    });
    // A burst that fails is reported by whoever waits for it, which may be a later call.
    done.catch(() => undefined);
    this.inFlight.push(done);
    await this.yieldToMessages();
    while (this.inFlight.length >= this.pace.readbacksInFlight) await this.inFlight.shift();
  }

  /** Resolves when every burst submitted so far is done and delivered. */
  async drain(): Promise<void> {
    while (this.inFlight.length > 0) await this.inFlight.shift();
  }

  /** Forgets what is under way, e.g. on a lost device. */
  abandon(): void {
    this.inFlight.length = 0;
  }
}

/** Resolves in a later task, after messages that are waiting now. Not a timer: those are held back in hidden pages. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
