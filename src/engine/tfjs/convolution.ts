/**
 * Convolutions with gradients of our own: TF.js has none for filters under WASM, and one invocation a weight elsewhere.
 * All three directions come down to TF.js' forward convolution and its matrix product, the two kernels it is fast at.
 */
import {
  add,
  concat,
  conv2d,
  matMul,
  reverse,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import type { LayerNode } from '../../model/graph.ts';
import type { LayerPass, Named, PassContext } from './layer.ts';
import { as4D, padSpatial, reshape2D, reshape4D, sampleSpatial, spreadSpatial } from './spatial.ts';

/** Node 0 is the images: nobody asks for the gradient in them. */
const IMAGES = 0;

type Conv = Extract<LayerNode, { kind: 'conv' }>;
type Linear = Extract<LayerNode, { kind: 'linear' }>;
type Window = Pick<Conv, 'kernel' | 'stride' | 'padding'>;

/** Weights [k, k, in, out]. */
export function convolution(node: Conv, input: Tensor, context: PassContext): LayerPass {
  const x = as4D(input);
  const weight = as4D(context.tensor(node.weight));
  const bias = node.bias === null ? null : context.tensor(node.bias);
  const output = tidy(() => {
    const y = conv2d(x, weight, node.stride, node.padding);
    return bias === null ? y : add(y, bias);
  });
  return {
    output,
    saved: [x],
    backward: (gradient) => {
      const dy = as4D(gradient);
      const parameters: Named[] = [{ name: node.weight, value: convWeightGradient(x, dy, node) }];
      if (node.bias !== null) {
        parameters.push({ name: node.bias, value: sum(dy, [0, 1, 2]) });
      }
      if (node.input === IMAGES) return { inputs: [], parameters };
      const dx = convInputGradient(dy, weight, [x.shape[1], x.shape[2]], node);
      return { inputs: [{ node: node.input, value: dx }], parameters };
    },
  };
}

/** Gradient in the input: the output's, spread by the stride, convolved with the filter turned round. */
export function convInputGradient(
  gradient: Tensor4D,
  weight: Tensor4D,
  inputSize: readonly [number, number],
  { stride, padding }: Window,
): Tensor4D {
  return tidy(() => {
    const turned = transpose(reverse(weight, [0, 1]), [0, 1, 3, 2]);
    return conv2d(spreadSpatial(gradient, inputSize, stride), turned, 1, padding);
  });
}

/** Gradient in the filter [k, k, in, out]: for each of its taps, inputᵀ [in, N·H·W] · gradient [N·H·W, out]. */
export function convWeightGradient(
  input: Tensor4D,
  gradient: Tensor4D,
  { kernel, stride, padding }: Window,
): Tensor4D {
  return tidy(() => {
    const [batch, height, width, outChannels] = gradient.shape;
    const inChannels = input.shape[3];
    const positions = batch * height * width;
    const columns = reshape2D(gradient, [positions, outChannels]);
    const padded = padding === 0 ? input : padSpatial(input, padding);
    const tap = (i: number, j: number): Tensor2D =>
      tidy(() => {
        const seen = sampleSpatial(padded, [i, j], [height, width], stride);
        // A product of transposed matrices is slow under WASM; transposing first is not.
        return matMul(transpose(reshape2D(seen, [positions, inChannels])), columns);
      });
    const taps = Array.from({ length: kernel ** 2 }, (_, t) =>
      tap(Math.floor(t / kernel), t % kernel),
    );
    return reshape4D(concat(taps, 0), [kernel, kernel, inChannels, outChannels]);
  });
}

/** Input [N, in], weight [in, out]. */
export function linear(node: Linear, input: Tensor, context: PassContext): LayerPass {
  const weight = context.tensor(node.weight);
  const bias = context.tensor(node.bias);
  return {
    output: tidy(() => add(matMul(input, weight), bias)),
    saved: [input],
    backward: (gradient) => ({
      inputs: [{ node: node.input, value: tidy(() => matMul(gradient, transpose(weight))) }],
      parameters: [
        { name: node.weight, value: tidy(() => matMul(transpose(input), gradient)) },
        { name: node.bias, value: sum(gradient, 0) },
      ],
    }),
  };
}
