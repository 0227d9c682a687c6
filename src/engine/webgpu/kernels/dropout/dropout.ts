/** Inverted dropout with counter-based masks: the backward pass draws the same mask again instead of storing it. */
import { gridFor, gridRow } from '../grid.ts';
import hash32 from '../hash32.wgsl?raw';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { STEP_STRUCT } from '../step.ts';
import { storagePrelude, type TensorFormat } from '../storage.ts';
import source from './dropout.wgsl?raw';

export interface DropoutShape {
  readonly batch: number;
  /** Elements of an image's part. */
  readonly features: number;
  /** Of input and output; left out: single. */
  readonly format?: TensorFormat | undefined;
  /** Share of elements dropped, 0 ≤ rate < 1. */
  readonly rate: number;
  /** u32; distinguishes the masks of several layers. */
  readonly stream: number;
}

const THREADS = 64;

/** Elements whose hash is below this are dropped. */
export const dropoutThreshold = (rate: number): number => Math.floor(rate * 2 ** 32);

/**
 * output[f, n] = input[f, n] / (1 - rate) where hash32(seed, stream, (step · F + f) · `step.images` + `step.firstImage` + n)
 * ≥ rate · 2³², else input · 0.
 * - input and output [F, N], or [C, H, W, N]; step: the uniform of `packStep`
 * @throws RangeError when rate is not in [0, 1).
 */
export function dropout<B>(
  shape: DropoutShape,
  buffers: { readonly input: B; readonly output: B; readonly step: B },
): KernelCall<B> {
  return call('dropout', shape, [buffers.input, buffers.output, buffers.step]);
}

/**
 * inputGradient = outputGradient times the mask of the forward pass; both [F, N].
 * @throws RangeError as {@link dropout}.
 */
export function dropoutGradient<B>(
  shape: DropoutShape,
  buffers: { readonly outputGradient: B; readonly inputGradient: B; readonly step: B },
): KernelCall<B> {
  const { outputGradient, inputGradient, step } = buffers;
  return call('dropoutGradient', shape, [outputGradient, inputGradient, step]);
}

function call<B>(kernel: string, shape: DropoutShape, bindings: readonly B[]): KernelCall<B> {
  const { batch, features, format, rate, stream } = shape;
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropout rate ${rate} is not in [0, 1)`);
  const elements = batch * features;
  const constants = {
    THREADS,
    ROW: gridRow(elements, THREADS),
    BATCH: batch,
    FEATURES: features,
    STREAM: stream,
    THRESHOLD: dropoutThreshold(rate),
    SCALE: { f32: 1 / (1 - rate) },
  };
  const { directives, declarations } = storagePrelude({ Stored: format });
  const text = STEP_STRUCT + hash32 + declarations + source;
  return kernelCall({
    kernel,
    code: () => withConstants(constants, text, directives),
    bindings,
    workgroups: gridFor(elements, THREADS),
  });
}
