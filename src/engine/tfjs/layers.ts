/** Every kind of node, and the pass that computes it. */
import { add, clone, type Tensor } from '@tensorflow/tfjs-core';
import { inputsOf, type LayerNode, type NodeId } from '../../model/graph.ts';
import { batchNorm } from './batchNorm.ts';
import { channelGate } from './channelGate.ts';
import { convolution, linear } from './convolution.ts';
import { groupNorm } from './groupNorm.ts';
import type { LayerPass, PassContext } from './layer.ts';
import { activation, dropout, gate, subsamplePad } from './pointwise.ts';
import { scale } from './scale.ts';
import { globalAveragePool, maximumPool } from './pooling.ts';

export type Computed = Exclude<LayerNode, { kind: 'input' }>;

/** @param value output of an earlier node. */
export function runLayer(
  node: Computed,
  value: (id: NodeId) => Tensor,
  context: PassContext,
): LayerPass {
  const x = value(node.input);
  switch (node.kind) {
    case 'conv':
      return convolution(node, x, context);
    case 'batchNorm':
      return batchNorm(node, x, context);
    case 'groupNorm':
      return groupNorm(node, x, context);
    case 'activation':
      return activation(node, x);
    case 'add':
      return {
        output: add(x, value(node.shortcut)),
        saved: [],
        backward: (gradient) => ({
          inputs: inputsOf(node).map((id) => ({ node: id, value: clone(gradient) })),
          parameters: [],
        }),
      };
    case 'channelGate':
      return channelGate(node, x, value(node.factors));
    case 'gate':
      return gate(node, x, value(node.gate));
    case 'scale':
      return scale(node, x, context);
    case 'subsamplePad':
      return subsamplePad(node, x);
    case 'maxPool':
      return maximumPool(node, x);
    case 'globalAveragePool':
      return globalAveragePool(node, x);
    case 'dropout':
      return dropout(node, x, context);
    case 'linear':
      return linear(node, x, context);
    default:
      return node satisfies never;
  }
}
