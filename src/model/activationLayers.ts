/** The layers whose responses are measured as in He et al. 2015, fig. 7. */
import type { LayerGraph, LayerNode } from './graph.ts';

type NodeOf<K extends LayerNode['kind']> = Extract<LayerNode, { kind: K }>;

export interface ActivationLayer {
  /** The convolution's: `layer1.0.conv1`. */
  readonly name: string;
  readonly conv: NodeOf<'conv'>;
  /** The BatchNorm whose output is the response; null: it is the convolution's own, its bias included. */
  readonly norm: NodeOf<'batchNorm'> | null;
}

/**
 * Every convolution in execution order, projections included, the classifier not. Its response is what comes out before
 * the first activation or addition: the output of its block's BatchNorm behind it, else the convolution's own, bias
 * included. In post-activation nets with BatchNorm it is always BatchNorm's. In pre-activation nets it is so for all
 * convolutions of a block but the last, whose output is added as it is, and not for the first of the net; a plain net
 * and its residual twin are measured at the same places.
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

/** In the order of a step's activation deviations. */
export const activationNames = (graph: Pick<LayerGraph, 'nodes'>): string[] =>
  activationLayers(graph).map(({ name }) => name);
