/** What a step leaves in its row of the metrics ring, and where. */
import { activationLayers } from '../../model/activationLayers.ts';
import type { LayerGraph } from '../../model/graph.ts';

/** Rows of the metrics ring: steps that may pass between two readbacks. */
export const RING_STEPS = 64;
/** Floats before the first norm: loss, accuracy. */
export const METRICS_HEAD = 2;

/**
 * First columns, and the row's length. `gradient`, `weight`, `update`: one a parameter; `activation`: one a layer;
 * `overflow`: a single one, the place that `overflowIn` finds.
 */
export interface MetricsColumns {
  readonly gradient: number;
  readonly weight: number;
  readonly update: number;
  readonly activation: number;
  readonly overflow: number;
  readonly row: number;
}

export function metricsColumns(graph: LayerGraph): MetricsColumns {
  const parameters = graph.parameters.length;
  const gradient = METRICS_HEAD;
  const [weight, update] = [gradient + parameters, gradient + 2 * parameters];
  const activation = gradient + 3 * parameters;
  const overflow = activation + activationLayers(graph).length;
  return { gradient, weight, update, activation, overflow, row: overflow + 1 };
}
