/** What the steps of a training run cost, checkpoints and changes of the network left out. */
import type { CallCounts } from './counting.ts';

type Cost = Pick<CallCounts, 'dispatches' | 'submits' | 'buffersCreated'>;

export class StepCounts {
  readonly stepMs: number[] = [];
  private readonly total: Cost = { dispatches: 0, submits: 0, buffersCreated: 0 };
  private before: Cost = { ...this.total };
  private isFirst = true;
  /** The most that lay on the device up to the last step. */
  private gpuBytes = 0;

  /** @param counts null where nothing is dispatched: what is said of that is null, too. */
  constructor(private readonly counts: CallCounts | null) {}

  /** The next step is the first of a network: it may still create buffers. */
  begin(): void {
    this.isFirst = true;
  }

  startStep(): void {
    if (this.counts !== null) this.before = { ...this.counts };
  }

  endStep(ms: number): void {
    this.stepMs.push(ms);
    if (this.counts === null) return;
    for (const kind of ['dispatches', 'submits', 'buffersCreated'] as const) {
      if (kind === 'buffersCreated' && this.isFirst) continue;
      this.total[kind] += this.counts[kind] - this.before[kind];
    }
    this.isFirst = false;
    this.gpuBytes = this.counts.peakGpuBytes;
  }

  /** For the summary. @param plannedBytes the network's, where nobody counts. */
  perStep(plannedBytes: number) {
    const stepMs = median(this.stepMs);
    if (this.counts === null) {
      const unknown = { dispatchesPerStep: null, submitsPerStep: null };
      return { stepMs, ...unknown, buffersCreatedAfterFirstStep: null, gpuBytes: plannedBytes };
    }
    const { dispatches, submits, buffersCreated } = this.total;
    const steps = this.stepMs.length;
    return {
      stepMs,
      dispatchesPerStep: dispatches / steps,
      submitsPerStep: submits / steps,
      buffersCreatedAfterFirstStep: buffersCreated,
      gpuBytes: this.gpuBytes,
    };
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
