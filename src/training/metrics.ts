/** One run's metrics on their way to the page. */
import type { StepMetrics } from '../engine/api.ts';
import type { MetricsBatch, StatisticKind } from './measurements.ts';
import type { TrainingEvent } from './protocol/events.ts';

/**
 * Packs consecutive steps into arrays that are transferred.
 * @param endMs milliseconds trained when the last of them was done; each took `stepMs`.
 */
export function packMetrics(
  id: string,
  steps: readonly Omit<StepMetrics, 'overflowed'>[],
  endMs: number,
  stepMs: number,
): MetricsBatch {
  const rows = (kind: 'gradNorm' | StatisticKind): Float32Array => {
    const columns = steps[0]?.[kind].length ?? 0;
    const packed = new Float32Array(steps.length * columns);
    for (const [row, metrics] of steps.entries()) packed.set(metrics[kind], row * columns);
    return packed;
  };
  return {
    id,
    step: Uint32Array.from(steps, ({ step }) => step),
    loss: Float32Array.from(steps, ({ loss }) => loss),
    accuracy: Float32Array.from(steps, ({ accuracy }) => accuracy),
    learningRate: Float32Array.from(steps, ({ learningRate }) => learningRate),
    elapsedMs: Float64Array.from(steps, (_, i) => endMs - (steps.length - 1 - i) * stepMs),
    gradNorm: rows('gradNorm'),
    weightNorm: rows('weightNorm'),
    updateNorm: rows('updateNorm'),
    activationStd: rows('activationStd'),
  };
}

/** The buffers of an event that are transferred to the page instead of copied. */
export function transferables(event: TrainingEvent): ArrayBuffer[] {
  switch (event.type) {
    case 'metrics':
      return buffersIn(event.batch);
    case 'predicted':
      return buffersIn(event.pixels);
    case 'weights':
    case 'checkpointFile':
      return [event.bytes];
    case 'resumed':
      return event.runs.flatMap(({ history }) => buffersIn(history));
    default:
      return [];
  }
}

/** The memory of all typed arrays in `value`, to be transferred, each buffer once. */
export function buffersIn(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) {
      if (part.buffer instanceof ArrayBuffer) found.add(part.buffer);
    } else if (typeof part === 'object' && part !== null && !Array.isArray(part)) {
      for (const inner of Object.values(part)) visit(inner);
    }
  };
  visit(value);
  return [...found];
}
