/** Histories with made-up measurements, for tests. */
import { configOf } from '../../model/testing/configs.ts';
import { RunHistory } from '../../training/history.ts';
import type { Placed } from '../xAxis.ts';

interface MadeUp {
  readonly loss: readonly number[];
  /** Left out: all 0.5. */
  readonly accuracy?: readonly number[];
  /** Milliseconds at the end of each step; left out: 10 a step. */
  readonly elapsedMs?: readonly number[];
  readonly names?: readonly string[];
  /** The gradient norm of a parameter at a step. */
  readonly gradNorm?: (step: number, parameter: number) => number;
}

/** Steps after those that are there. */
export function append(history: RunHistory, { loss, ...rest }: MadeUp): void {
  const first = (history.latest?.step ?? -1) + 1;
  const { length } = history.parameterNames;
  const gradNorm = rest.gradNorm ?? (() => 1);
  history.append({
    step: Uint32Array.from(loss, (_, i) => first + i),
    loss: Float32Array.from(loss),
    accuracy: Float32Array.from(loss, (_, i) => rest.accuracy?.[i] ?? 0.5),
    learningRate: new Float32Array(loss.length).fill(0.1),
    elapsedMs: Float64Array.from(loss, (_, i) => rest.elapsedMs?.[i] ?? 10 * (first + i + 1)),
    gradNorm: Float32Array.from({ length: loss.length * length }, (_, i) =>
      gradNorm(first + Math.floor(i / length), i % length),
    ),
  });
}

export function historyOf(measured: MadeUp, maxRows?: number): RunHistory {
  const history = new RunHistory(
    { parameterNames: measured.names ?? [], activationNames: [] },
    maxRows,
  );
  append(history, measured);
  return history;
}

/** A run with batches of 20 of 100 images. */
export function placed(history: RunHistory): Placed {
  return { history, config: configOf({ training: { batchSize: 20 }, data: { train: 100 } }) };
}
