/** Layers that look at one pixel at a time: activations, the addition, option A's shortcut, dropout. */
import {
  clone,
  mul,
  neg,
  pad,
  relu,
  sigmoid,
  slice,
  square,
  step,
  sub,
  type Tensor,
  tensor,
  tanh,
  tidy,
} from '@tensorflow/tfjs-core';
import { hash32 } from '../../data/hash.ts';
import type { ActivationName, LayerNode } from '../../model/graph.ts';
import type { LayerPass, PassContext } from './layer.ts';
import { as4D, sampleSpatial, spreadSpatial } from './spatial.ts';

type NodeOf<K extends LayerNode['kind']> = Extract<LayerNode, { kind: K }>;

interface Activation {
  readonly forward: (x: Tensor) => Tensor;
  /** The derivative, from the output. */
  readonly slope: (y: Tensor) => Tensor;
}

const ACTIVATIONS: Readonly<Record<ActivationName, Activation>> = {
  relu: { forward: relu, slope: (y) => step(y) },
  tanh: { forward: tanh, slope: (y) => sub(1, square(y)) },
  sigmoid: { forward: sigmoid, slope: (y) => mul(y, sub(1, y)) },
};

export function activation(node: NodeOf<'activation'>, x: Tensor): LayerPass {
  const { forward, slope } = ACTIVATIONS[node.fn];
  const output = forward(x);
  return {
    output,
    saved: [output],
    backward: (gradient) => ({
      inputs: [{ node: node.input, value: tidy(() => mul(gradient, slope(output))) }],
      parameters: [],
    }),
  };
}

/** Times a gate, or times what it leaves of 1. */
export function gate(node: NodeOf<'gate'>, x: Tensor, by: Tensor): LayerPass {
  const gated = (value: Tensor): Tensor =>
    tidy(() => mul(value, node.complement ? sub(1, by) : by));
  return {
    output: gated(x),
    saved: [x, by],
    backward: (gradient) => ({
      inputs: [
        { node: node.input, value: gated(gradient) },
        {
          node: node.gate,
          value: tidy(() => mul(gradient, node.complement ? neg(x) : x)),
        },
      ],
      parameters: [],
    }),
  };
}

/** Every `stride`-th pixel; channels zero-padded before and after. */
export function subsamplePad(node: NodeOf<'subsamplePad'>, input: Tensor): LayerPass {
  const { stride, padBefore, shape } = node;
  const x = as4D(input);
  const [batch, height, width, channels] = x.shape;
  const padAfter = shape.channels - channels - padBefore;
  const none: [number, number] = [0, 0];
  return {
    output: tidy(() => {
      const sampled = sampleSpatial(x, [0, 0], [shape.height, shape.width], stride);
      return pad(sampled, [none, none, none, [padBefore, padAfter]]);
    }),
    saved: [],
    backward: (gradient) => {
      const value = tidy(() => {
        const size = [batch, shape.height, shape.width, channels];
        const own = slice(gradient, [0, 0, 0, padBefore], size);
        return spreadSpatial(as4D(own), [height, width], stride);
      });
      return { inputs: [{ node: node.input, value }], parameters: [] };
    },
  };
}

/** Inverted dropout of [N, C] or [N, H, W, C], by the masks of the other engines. */
export function dropout(node: NodeOf<'dropout'>, x: Tensor, context: PassContext): LayerPass {
  if (context.mode === 'evaluation') {
    return { output: clone(x), saved: [], backward: () => ({ inputs: [], parameters: [] }) };
  }
  const mask = dropoutMask(node, x, context);
  return {
    output: mul(x, mask),
    saved: [mask],
    backward: (gradient) => ({
      inputs: [{ node: node.input, value: mul(gradient, mask) }],
      parameters: [],
    }),
  };
}

/** 0 or 1 / (1 − rate), of x's shape; drawn at index ((channel · H + y) · W + x) · N + image. */
function dropoutMask(
  { rate, stream, shape: { channels, height, width } }: NodeOf<'dropout'>,
  x: Tensor,
  { seed, step }: PassContext,
): Tensor {
  const threshold = Math.floor(rate * 2 ** 32);
  const [pixels, batch] = [height * width, x.shape[0] ?? 0];
  const first = Math.imul(step, x.size);
  const values = new Float32Array(x.size);
  values.forEach((_, i) => {
    const [channel, pixel] = [i % channels, Math.floor(i / channels) % pixels];
    const image = Math.floor(i / (channels * pixels));
    const draw = hash32(seed, stream, (first + (channel * pixels + pixel) * batch + image) >>> 0);
    values[i] = draw >= threshold ? 1 / (1 - rate) : 0;
  });
  return tensor(values, x.shape);
}
