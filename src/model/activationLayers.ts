/** The layers whose responses are measured as in He et al. 2015, fig. 7. */
import type { LayerGraph, LayerNode } from './graph.ts';

type NodeOf<K extends LayerNode['kind']> = Extract<LayerNode, { kind: K }>;

export interface ActivationLayer {
  /** Name of the convolution: `layer1.0.conv1`. */
  readonly name: string;
  readonly conv: NodeOf<'conv'>;
  /** The BatchNorm whose output is the response; null if it is the convolution's own output, bias included. */
  readonly norm: NodeOf<'batchNorm'> | null;
}

/**
 * Every convolution in execution order, projections included, the classifier not. Its response is what comes out before
 * the first activation or addition: the output of the BatchNorm that follows it in its block, or else its own output,
 * bias included. In post-activation nets with BatchNorm it is always BatchNorm's. In pre-activation nets it is
 * BatchNorm's except for the last convolution of a block, whose output is added directly, and the first of the net. A
 * plain net and its residual twin are measured at the same places.
 */
export function activationLayers({ nodes }: Pick<LayerGraph, 'nodes'>): ActivationLayer[] {
  const normBehind = new Map<number, NodeOf<'batchNorm'>>();
  for (const node of nodes) {
    if (node.kind === 'batchNorm' && nodes[node.input]?.block === node.block) {
      normBehind.set(node.input, node);
    }
  }
  return nodes.flatMap((conv) =>
    conv.kind === 'conv' ? [{ name: conv.name, conv, norm: normBehind.get(conv.id) ?? null }] : [],
  );
}

/** Names in the order of a step's activation deviations. */
export const activationNames = (graph: Pick<LayerGraph, 'nodes'>): string[] =>
  activationLayers(graph).map(({ name }) => name);
