/** Max-pooling and the global average. */
import {
  add,
  cast,
  equal,
  maxPool,
  mean,
  mul,
  onesLike,
  pad,
  reshape,
  slice,
  sub,
  type Tensor,
  type Tensor4D,
  tidy,
  tile,
  zeros,
} from '@tensorflow/tfjs-core';
import type { LayerNode } from '../../model/graph.ts';
import type { LayerPass } from './layer.ts';
import { as4D, padSpatial, sampleSpatial, spreadSpatial } from './spatial.ts';

type MaxPool = Extract<LayerNode, { kind: 'maxPool' }>;
type GlobalAveragePool = Extract<LayerNode, { kind: 'globalAveragePool' }>;

/** Below every value: padding never is a maximum. Infinity would become NaN in some shaders. */
const LOWEST = -3e38;

export function maximumPool(node: MaxPool, input: Tensor): LayerPass {
  const x = as4D(input);
  const output = maxPool(x, node.kernel, node.stride, node.padding);
  return {
    output,
    saved: [x, output],
    backward: (gradient) => ({
      inputs: [{ node: node.input, value: maxPoolGradient(x, output, as4D(gradient), node) }],
      parameters: [],
    }),
  };
}

/** Each output's gradient goes to the first maximum of its window, row by row, as in PyTorch; TF.js' backends disagree. */
export function maxPoolGradient(
  x: Tensor4D,
  output: Tensor4D,
  gradient: Tensor4D,
  { kernel, stride, padding }: Pick<MaxPool, 'kernel' | 'stride' | 'padding'>,
): Tensor4D {
  const [batch, rows, columns, channels] = output.shape;
  return tidy(() => {
    const padded = padSpatial(x, padding, LOWEST);
    const [, height, width] = padded.shape;
    let sum: Tensor4D = zeros([batch, height, width, channels]);
    let open: Tensor4D = onesLike(output);
    for (let t = 0; t < kernel ** 2; t++) {
      const [top, left] = [Math.floor(t / kernel), t % kernel];
      const before = { sum, open };
      ({ sum, open } = tidy(() => {
        const seen = sampleSpatial(padded, [top, left], [rows, columns], stride);
        const hit: Tensor4D = mul(cast(equal(seen, output), 'float32'), open);
        const size = [
          Math.min(rows * stride, height - top),
          Math.min(columns * stride, width - left),
        ] as const;
        const spread = spreadSpatial(mul(hit, gradient), size, stride);
        const placed = pad(spread, [
          [0, 0],
          [top, height - top - size[0]],
          [left, width - left - size[1]],
          [0, 0],
        ]);
        return { sum: add<Tensor4D>(sum, placed), open: sub<Tensor4D>(open, hit) };
      }));
      before.sum.dispose();
      before.open.dispose();
    }
    return slice(sum, [0, padding, padding, 0], x.shape);
  });
}

/** [N, H, W, C] to [N, C]; in a block, for squeeze-excitation, to [N, 1, 1, C]. */
export function globalAveragePool(node: GlobalAveragePool, input: Tensor): LayerPass {
  const [batch, height, width, channels] = as4D(input).shape;
  return {
    output: mean(input, [1, 2], node.block !== null),
    saved: [],
    backward: (gradient) => {
      const value = tidy(() => {
        const share = mul(gradient, 1 / (height * width));
        return tile(reshape(share, [batch, 1, 1, channels]), [1, height, width, 1]);
      });
      return { inputs: [{ node: node.input, value }], parameters: [] };
    },
  };
}
