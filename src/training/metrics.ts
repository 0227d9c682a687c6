/** One run's metrics on their way to the page. */
import type { StepMetrics } from '../engine/api.ts';
import { historyBuffers } from './historyState.ts';
import type { MetricsBatch, TrainingEvent } from './protocol.ts';

/**
 * Packs consecutive steps into arrays that are transferred.
 * @param endMs milliseconds trained when the last of them was done; each took `stepMs`.
 */
export function packMetrics(
  id: string,
  steps: readonly StepMetrics[],
  endMs: number,
  stepMs: number,
): MetricsBatch {
  const parameters = steps[0]?.gradNorm.length ?? 0;
  const gradNorm = new Float32Array(steps.length * parameters);
  for (const [row, metrics] of steps.entries()) gradNorm.set(metrics.gradNorm, row * parameters);
  return {
    id,
    step: Uint32Array.from(steps, ({ step }) => step),
    loss: Float32Array.from(steps, ({ loss }) => loss),
    accuracy: Float32Array.from(steps, ({ accuracy }) => accuracy),
    learningRate: Float32Array.from(steps, ({ learningRate }) => learningRate),
    elapsedMs: Float64Array.from(steps, (_, i) => endMs - (steps.length - 1 - i) * stepMs),
    gradNorm,
  };
}

/** What of an event moves to the page instead of being copied. */
export function transferables(event: TrainingEvent): ArrayBuffer[] {
  switch (event.type) {
    case 'metrics': {
      const { step, loss, accuracy, learningRate, elapsedMs, gradNorm } = event.batch;
      return buffersOf(step, loss, accuracy, learningRate, elapsedMs, gradNorm);
    }
    case 'predicted':
      return buffersOf(event.pixels);
    case 'weights':
    case 'checkpointFile':
      return [event.bytes];
    case 'runSaved':
      return event.file === null ? [] : [event.file];
    case 'resumed':
      return event.runs.flatMap(({ history }) => historyBuffers(history));
    default:
      return [];
  }
}

const buffersOf = (...views: ArrayBufferView[]): ArrayBuffer[] =>
  views.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
