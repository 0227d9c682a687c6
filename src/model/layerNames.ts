/** Names of the parameters and layers that a step's numbers belong to. */
import { activationNames } from './activationLayers.ts';
import type { LayerGraph } from './graph.ts';

export interface LayerNames {
  /** In the order of `LayerGraph.parameters`. */
  readonly parameterNames: readonly string[];
  /** In the order of `activationLayers`. */
  readonly activationNames: readonly string[];
}

export const layerNames = (graph: LayerGraph): LayerNames => ({
  parameterNames: graph.parameters.map(({ name }) => name),
  activationNames: activationNames(graph),
});
