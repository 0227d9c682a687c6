/** Mean over each plane, before the classifier (He et al. 2016, §4.2). */
import { gridFor, gridRow } from '../grid.ts';
import { type Constants, type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { SINGLE, storagePrelude, type TensorFormat } from '../storage.ts';
import { expandTemplate } from '../template.ts';
import source from './globalAveragePool.wgsl?raw';
import gradientSource from './globalAveragePoolGradient.wgsl?raw';

export interface GlobalAveragePoolShape {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Of the planes and their gradients, not of their means; left out: single precision. */
  readonly format?: TensorFormat;
}

const THREADS = 64;

/** output [C, N] = mean of input [C, H, W, N] over H and W. */
export function globalAveragePool<B>(
  shape: GlobalAveragePoolShape,
  buffers: { readonly input: B; readonly output: B },
): KernelCall<B> {
  const threads = shape.channels * shape.batch;
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  return kernelCall({
    kernel: 'globalAveragePool',
    code: () => withConstants(constants(shape, threads), declarations + source, directives),
    bindings: [buffers.input, buffers.output],
    workgroups: gridFor(threads, THREADS),
  });
}

/**
 * inputGradient [C, H, W, N] = outputGradient [C, N] / (H · W), with the scale of its format. Writes every element.
 * @param accumulate adds to what is there.
 */
export function globalAveragePoolGradient<B>(
  shape: GlobalAveragePoolShape,
  buffers: { readonly outputGradient: B; readonly inputGradient: B },
  accumulate = false,
): KernelCall<B> {
  const threads = shape.channels * shape.height * shape.width * shape.batch;
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  const SCALE = { f32: (shape.format ?? SINGLE).gradientScale };
  const all = { ...constants(shape, threads), SCALE };
  const text = () => expandTemplate(gradientSource, { ACCUMULATE: accumulate });
  return kernelCall({
    kernel: 'globalAveragePoolGradient',
    code: () => withConstants(all, declarations + text(), directives),
    bindings: [buffers.outputGradient, buffers.inputGradient],
    workgroups: gridFor(threads, THREADS),
  });
}

const constants = (shape: GlobalAveragePoolShape, threads: number): Constants => ({
  THREADS,
  ROW: gridRow(threads, THREADS),
  BATCH: shape.batch,
  CHANNELS: shape.channels,
  PIXELS: shape.height * shape.width,
});
