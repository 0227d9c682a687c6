/** Lines that tell how far a training is, now and then. */
import { formatDuration } from '../src/charts/format.ts';
import { note } from './note.ts';

/** Between two lines. */
const PERIOD_MS = 5000;

export class Progress {
  private readonly startMs: number;
  private nextMs: number;

  /** @param firstStep the step at which measuring begins. @param end the step to stop before. */
  constructor(
    private readonly firstStep: number,
    private readonly end: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.startMs = nowMs();
    this.nextMs = this.startMs + PERIOD_MS;
  }

  /** @param step steps done. */
  tell(step: number, loss: number): void {
    const nowMs = this.nowMs();
    if (step < this.end && nowMs < this.nextMs) return;
    this.nextMs = nowMs + PERIOD_MS;
    const stepMs = (nowMs - this.startMs) / (step - this.firstStep);
    const left =
      step < this.end && Number.isFinite(stepMs)
        ? `, ${formatDuration((this.end - step) * stepMs)} left`
        : '';
    note(`step ${step} of ${this.end}: loss ${loss.toFixed(4)}${left}`);
  }
}
