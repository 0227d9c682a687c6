/** A branch or a shortcut times its factor: see the layer graph's `scale`. */
import { mul, reshape, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { isAlive } from '../../model/branchScale.ts';
import type { LayerNode } from '../../model/graph.ts';
import type { LayerPass, PassContext } from './layer.ts';

export function scale(
  node: Extract<LayerNode, { kind: 'scale' }>,
  x: Tensor,
  context: PassContext,
): LayerPass {
  const factor = node.factor * share(node, context);
  const weight = node.weight === null ? null : context.tensor(node.weight);
  const times = (value: Tensor): Tensor =>
    tidy(() => mul(weight === null ? value : mul(value, weight), factor));
  const weightGradient = ({ shape }: Tensor, gradient: Tensor): Tensor =>
    tidy(() => {
      const products = mul(mul(x, gradient), factor);
      // A number a channel: channels come last.
      return shape[0] === 1 && node.shape.channels > 1
        ? reshape(sum(products), [1])
        : sum(products, [0, 1, 2]);
    });
  return {
    output: times(x),
    saved: weight === null ? [] : [x],
    backward: (gradient) => ({
      inputs: [{ node: node.input, value: times(gradient) }],
      parameters:
        node.weight === null || weight === null
          ? []
          : [{ name: node.weight, value: weightGradient(weight, gradient) }],
    }),
  };
}

function share(
  node: Extract<LayerNode, { kind: 'scale' }>,
  { mode, seed, step }: PassContext,
): number {
  if (mode === 'evaluation') return node.survival;
  return isAlive(node, seed, step) ? 1 : 0;
}
