/** The layers whose responses are measured as in He et al. 2015, fig. 7. */
import { isExcitation } from './excitation.ts';
import type { LayerGraph, LayerNode, NodeId } from './graph.ts';

type NodeOf<K extends LayerNode['kind']> = Extract<LayerNode, { kind: K }>;

export interface ActivationLayer {
  /** Name of the convolution: `layer1.0.conv1`. */
  readonly name: string;
  readonly conv: NodeOf<'conv'>;
  /** The BatchNorm whose output is the response; null if the response is another layer's. */
  readonly norm: NodeOf<'batchNorm'> | null;
  /** The layer whose output is the response: a normalisation, or the convolution, bias included. */
  readonly response: NodeId;
}

/**
 * Every convolution in execution order, projections included; not the classifier, nor what squeeze-excitation has. Its
 * response is what comes out before the first activation or addition: the output of the normalisation that follows it in
 * its block, or else its own output, bias included. In post-activation nets with BatchNorm it is BatchNorm's except for
 * gates, which have none. In pre-activation nets it is BatchNorm's except for gates, the last convolution of a block, whose
 * output is added directly, and the first of the net. Where BatchNorm follows the addition it is the last convolution's own
 * output, too. A plain net and its residual twin are measured at the same places, though the plain net has no addition there.
 */
export function activationLayers({
  nodes,
  model,
}: Pick<LayerGraph, 'nodes' | 'model'>): ActivationLayer[] {
  // Its name, behind the block's.
  const last = model.order === 'normAfterAdd' ? (model.block === 'bottleneck' ? 'bn3' : 'bn2') : '';
  const normBehind = new Map<NodeId, NodeOf<'batchNorm' | 'groupNorm'>>();
  for (const node of nodes) {
    const normalizes = node.kind === 'batchNorm' || node.kind === 'groupNorm';
    const followsAddition = node.block !== null && node.name === `${node.block}.${last}`;
    if (normalizes && nodes[node.input]?.block === node.block && !followsAddition) {
      normBehind.set(node.input, node);
    }
  }
  return nodes.flatMap((conv) => {
    if (conv.kind !== 'conv' || isExcitation(conv)) return [];
    const behind = normBehind.get(conv.id);
    const norm = behind?.kind === 'batchNorm' ? behind : null;
    return [{ name: conv.name, conv, norm, response: behind?.id ?? conv.id }];
  });
}

/** Names in the order of a step's activation deviations. */
export const activationNames = (graph: Pick<LayerGraph, 'nodes' | 'model'>): string[] =>
  activationLayers(graph).map(({ name }) => name);
