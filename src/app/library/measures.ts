/** The numbers by which runs are compared, live or stored. */
import type { TrainingConfig } from '../../model/config.ts';
import type { LatestStep } from '../../training/history.ts';
import type { Evaluated } from '../../training/measurements.ts';
import { gradientRatio, weightLayers } from '../layers.ts';

export interface Measures {
  /** Steps done. */
  readonly step: number;
  /** Test accuracies, 0–1. */
  readonly bestAccuracy: number | null;
  readonly lastAccuracy: number | null;
  /** Gradient norm of the first layer over that of the last, at the last step. */
  readonly gradientRatio: number | null;
  /** Mean over the run, pauses not counted. */
  readonly imagesPerSecond: number | null;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** @param parameterNames order of the gradient norms. */
export function measuresOf(
  parameterNames: readonly string[],
  {
    latest,
    evaluations,
  }: { readonly latest: LatestStep | null; readonly evaluations: readonly Evaluated[] },
  { batchSize }: Pick<TrainingConfig, 'batchSize'>,
): Measures {
  const step = latest === null ? 0 : latest.step + 1;
  const accuracies = evaluations.map(({ accuracy }) => accuracy);
  const layers = weightLayers(parameterNames);
  return {
    step,
    bestAccuracy: accuracies.length === 0 ? null : Math.max(...accuracies),
    lastAccuracy: accuracies.at(-1) ?? null,
    gradientRatio: latest === null ? null : finite(gradientRatio(layers, latest.gradNorm)),
    imagesPerSecond: latest === null ? null : finite((1000 * batchSize * step) / latest.elapsedMs),
  };
}
