/** The end of squeeze-excitation: [N, H, W, C] times factors [N, 1, 1, C]. */
import { mul, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayerNode } from '../../model/graph.ts';
import type { LayerPass } from './layer.ts';

export const channelGate = (
  node: Extract<LayerNode, { kind: 'channelGate' }>,
  x: Tensor,
  factors: Tensor,
): LayerPass => ({
  output: mul(x, factors),
  saved: [x, factors],
  backward: (gradient) => ({
    inputs: [
      { node: node.input, value: mul(gradient, factors) },
      { node: node.factors, value: tidy(() => sum(mul(gradient, x), [1, 2], true)) },
    ],
    parameters: [],
  }),
});
