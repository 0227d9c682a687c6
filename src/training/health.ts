/**
 * Finite checks. WGSL implementations may assume that no NaN or infinity occurs, so a shader's own test can be compiled
 * away; the numbers read back are checked here instead.
 */
import type { NetworkState, StepMetrics } from '../engine/api.ts';

/** Where a run's numbers stopped being finite. */
export interface Divergence {
  readonly step: number;
  /** A parameter's name, e.g. `layer2.0.conv1.weight`. */
  readonly layer: string;
}

/**
 * Watches one run's metrics in order. The layer named is, at the first bad step:
 * - the first parameter in forward order whose gradient norm is not finite while some other's is. The backward pass
 *   runs from the last layer to the first, so everything nearer the input is usually bad as well;
 * - where all norms or none of them are bad, the parameter with the largest norm one step before: the update that
 *   spoilt the forward pass was largest there. Where there was no step before, the first parameter.
 */
export class HealthMonitor {
  private previous: Float32Array | null = null;

  /** @param names parameters in forward order, the order of `StepMetrics.gradNorm`. */
  constructor(private readonly names: readonly string[]) {}

  /** Null as long as loss and gradient norms are finite. */
  check(metrics: Pick<StepMetrics, 'step' | 'loss' | 'gradNorm'>): Divergence | null {
    const bad = this.names.filter((_, i) => !Number.isFinite(metrics.gradNorm[i]));
    if (Number.isFinite(metrics.loss) && bad.length === 0) {
      this.previous = metrics.gradNorm;
      return null;
    }
    const [first] = bad.length < this.names.length ? bad : [];
    return { step: metrics.step, layer: first ?? this.largestBefore() };
  }

  private largestBefore(): string {
    let largest = 0;
    for (const [i, norm] of this.previous?.entries() ?? []) {
      if (norm > (this.previous?.[largest] ?? 0)) largest = i;
    }
    return this.names[largest] ?? '';
  }
}

/** Whether every weight, running statistic and momentum buffer is finite. */
export function isFiniteState(state: NetworkState): boolean {
  for (const dict of [state.weights, state.momentum]) {
    for (const { data } of dict.values()) {
      // A sum is infinite or NaN as soon as one of its terms is, and one pass without branches is quick.
      let sum = 0;
      for (const value of data) sum += value * 0;
      if (sum !== 0) return false;
    }
  }
  return true;
}
