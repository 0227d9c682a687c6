/** Max-pooling of the ImageNet stem (torch.nn.MaxPool2d, floor mode). */
import { type PoolGeometry, poolOutput } from '../../../plan/geometry.ts';
import { gridFor, gridRow } from '../grid.ts';
import { type Constants, type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import nan from '../nan.wgsl?raw';
import { storagePrelude, type TensorFormat } from '../storage.ts';
import source from './maxPool.wgsl?raw';
import gradientSource from './maxPoolGradient.wgsl?raw';

export interface MaxPoolShape extends PoolGeometry {
  /** Of input, output and their gradients; left out: single precision. */
  readonly format?: TensorFormat;
}

const THREADS = 64;

/**
 * output = largest of each window; padding never wins, NaN always does, of equals the first in scan order.
 * - input [C, H, W, N], output [C, outH, outW, N]
 * - argmax u32 [C, outH, outW, N]: y · W + x of the winner within its plane
 * @throws RangeError if a window could lie entirely in the padding.
 */
export function maxPool<B>(
  shape: MaxPoolShape,
  buffers: { readonly input: B; readonly output: B; readonly argmax: B },
): KernelCall<B> {
  const { height, width } = poolOutput(shape);
  const threads = shape.channels * height * width * shape.batch;
  const all = constants(shape, threads);
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  return kernelCall({
    kernel: 'maxPool',
    code: () => withConstants(all, declarations + nan + source, directives),
    bindings: [buffers.input, buffers.output, buffers.argmax],
    workgroups: gridFor(threads, THREADS),
  });
}

/**
 * inputGradient = sum of outputGradient over the windows that the pixel won. Writes every element.
 * - outputGradient and argmax [C, outH, outW, N], inputGradient [C, H, W, N]
 * @throws RangeError as {@link maxPool}.
 */
export function maxPoolGradient<B>(
  shape: MaxPoolShape,
  buffers: { readonly outputGradient: B; readonly argmax: B; readonly inputGradient: B },
): KernelCall<B> {
  const threads = shape.channels * shape.height * shape.width * shape.batch;
  const all = constants(shape, threads);
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  return kernelCall({
    kernel: 'maxPoolGradient',
    code: () => withConstants(all, declarations + gradientSource, directives),
    bindings: [buffers.outputGradient, buffers.argmax, buffers.inputGradient],
    workgroups: gridFor(threads, THREADS),
  });
}

function constants(shape: MaxPoolShape, threads: number): Constants {
  if (2 * shape.padding > shape.kernel) {
    throw new RangeError(`max-pool padding ${shape.padding} > half of kernel ${shape.kernel}`);
  }
  const out = poolOutput(shape);
  return {
    THREADS,
    ROW: gridRow(threads, THREADS),
    BATCH: shape.batch,
    CHANNELS: shape.channels,
    HEIGHT: shape.height,
    WIDTH: shape.width,
    OUT_HEIGHT: out.height,
    OUT_WIDTH: out.width,
    KERNEL: shape.kernel,
    STRIDE: shape.stride,
    PADDING: shape.padding,
  };
}
