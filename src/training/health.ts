/**
 * Finite checks. WGSL implementations may assume that no NaN or infinity occurs, so a shader's own test can be compiled
 * away; the numbers read back are checked here instead.
 */
import type { NetworkState, StepMetrics } from '../engine/api.ts';
import { MOST_STATISTIC } from '../engine/plan/overflow.ts';
import type { LayerNames } from '../model/layerNames.ts';

/** Where a run's numbers stopped being finite. */
export interface Divergence {
  readonly step: number;
  /** A parameter, e.g. `layer2.0.conv1.weight`, a running variance `layer2.0.bn1.running_var` or a layer. */
  readonly layer: string;
}

/** The largest norm whose square float32 holds. Engines that add squares in double precision would find larger ones finite. */
const MOST_NORM = Math.sqrt(3.4028234663852886e38);
/** The same for the deviation of a layer's response, of more values. */
const MOST_DEVIATION = Math.sqrt(MOST_STATISTIC);

const firstPast = (most: number, names: readonly string[], values: Float32Array) =>
  names.find((_, i) => !((values[i] ?? 0) <= most));

/**
 * Watches one run's metrics in order. A run has diverged once any number of a step is not finite, or a running statistic
 * that the step leaves. Weights and momentum show in the norm of the update that spoils them. The layer named is, at the
 * first bad step:
 * - the first parameter in forward order whose gradient norm is not finite while some other's is. The backward pass
 *   runs from the last layer to the first, so everything nearer the input is usually bad as well;
 * - where all norms are bad, or the loss alone, the parameter with the largest norm one step before: the update that
 *   spoilt the forward pass was largest there. Where there was no step before, the first parameter;
 * - where loss and gradients are finite, the first parameter, running variance or layer in forward order that is not.
 */
export class HealthMonitor {
  private previous: Float32Array | null = null;

  constructor(private readonly names: LayerNames) {}

  /** Null as long as everything is finite. */
  check(metrics: Omit<StepMetrics, 'accuracy' | 'learningRate'>): Divergence | null {
    const layer = this.badLayer(metrics);
    if (layer === null) this.previous = metrics.gradNorm;
    return layer === null ? null : { step: metrics.step, layer };
  }

  private badLayer(metrics: Omit<StepMetrics, 'accuracy' | 'learningRate'>): string | null {
    const { parameterNames, activationNames } = this.names;
    const { loss, gradNorm, weightNorm, updateNorm, activationStd, overflowed } = metrics;
    const first = firstPast(MOST_NORM, parameterNames, gradNorm);
    if (first !== undefined || !Number.isFinite(loss)) {
      const isSome = parameterNames.some((_, i) => (gradNorm[i] ?? 0) <= MOST_NORM);
      return (isSome ? first : undefined) ?? this.largestBefore();
    }
    return (
      firstPast(MOST_NORM, parameterNames, weightNorm) ??
      firstPast(MOST_NORM, parameterNames, updateNorm) ??
      overflowed ??
      firstPast(MOST_DEVIATION, activationNames, activationStd) ??
      null
    );
  }

  private largestBefore(): string {
    let largest = 0;
    for (const [i, norm] of this.previous?.entries() ?? []) {
      if (norm > (this.previous?.[largest] ?? 0)) largest = i;
    }
    return this.names.parameterNames[largest] ?? '';
  }
}

/** The first weight, running statistic, moment or average that is not finite, by name; null if all are. */
export function notFiniteIn(state: NetworkState): string | null {
  for (const dict of [
    state.weights,
    state.momentum,
    state.secondMoment ?? [],
    state.average ?? [],
  ]) {
    for (const [name, { data }] of dict) {
      // A sum is infinite or NaN as soon as one of its terms is, and one pass without branches is quick.
      let sum = 0;
      for (const value of data) sum += value * 0;
      if (sum !== 0) return name;
    }
  }
  return null;
}
