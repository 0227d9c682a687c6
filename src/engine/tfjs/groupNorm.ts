/** Group normalisation, as PyTorch has it. */
import {
  add,
  mean,
  mul,
  reshape,
  rsqrt,
  square,
  sub,
  sum,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import type { LayerNode } from '../../model/graph.ts';
import type { LayerPass, PassContext } from './layer.ts';

/** Of [N, H · W, groups, channels of a group]: an image's values in a group. */
const VALUES = [1, 3];

export function groupNorm(
  node: Extract<LayerNode, { kind: 'groupNorm' }>,
  x: Tensor,
  context: PassContext,
): LayerPass {
  const { channels, height, width } = node.shape;
  const gamma = context.tensor(node.weight);
  const beta = context.tensor(node.bias);
  const parted = (value: Tensor) =>
    reshape(value, [-1, height * width, node.groups, channels / node.groups]);
  const whole = (value: Tensor) => reshape(value, x.shape);
  const { output, normalized, rstd } = tidy(() => {
    const values = parted(x);
    const centered = sub(values, mean(values, VALUES, true));
    const variance = mean(square(centered), VALUES, true);
    const rstd = rsqrt(add(variance, node.epsilon));
    const normalized = mul(centered, rstd);
    return { output: add(mul(whole(normalized), gamma), beta), normalized, rstd };
  });
  return {
    output,
    saved: [normalized, rstd],
    backward: (dy) => {
      const { dx, dGamma, dBeta } = tidy(() => {
        const scaled = parted(mul(dy, gamma));
        const plain = mean(scaled, VALUES, true);
        const products = mean(mul(scaled, normalized), VALUES, true);
        const own = sub(sub(scaled, plain), mul(normalized, products));
        return {
          dx: whole(mul(own, rstd)),
          dGamma: sum(mul(dy, whole(normalized)), [0, 1, 2]),
          dBeta: sum(dy, [0, 1, 2]),
        };
      });
      return {
        inputs: [{ node: node.input, value: dx }],
        parameters: [
          { name: node.weight, value: dGamma },
          { name: node.bias, value: dBeta },
        ],
      };
    },
  };
}
