/** The numbers by which runs are compared, live or stored. */
import type { TrainingConfig } from '../../model/config.ts';
import type { RunHistory } from '../../training/history.ts';
import { recentGradientRatio } from '../layers.ts';

export interface Measures {
  /** Steps done. */
  readonly step: number;
  /** Test accuracies, 0–1. */
  readonly bestAccuracy: number | null;
  readonly lastAccuracy: number | null;
  /** Gradient norm of the first layer over that of the last convolution, over the last steps. */
  readonly gradientRatio: number | null;
  /** Mean over the run, pauses not counted. */
  readonly imagesPerSecond: number | null;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

export function measuresOf(
  history: RunHistory,
  { batchSize }: Pick<TrainingConfig, 'batchSize'>,
): Measures {
  const { latest, evaluations } = history;
  const step = latest === null ? 0 : latest.step + 1;
  const accuracies = evaluations.map(({ accuracy }) => accuracy);
  return {
    step,
    bestAccuracy: accuracies.length === 0 ? null : Math.max(...accuracies),
    lastAccuracy: accuracies.at(-1) ?? null,
    gradientRatio: finite(recentGradientRatio(history)),
    imagesPerSecond: latest === null ? null : finite((1000 * batchSize * step) / latest.elapsedMs),
  };
}
