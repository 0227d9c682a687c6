import { type ConvGeometry, convText, macs, outHeight, outWidth } from '../../../plan/geometry.ts';
import { ceilDiv, type KernelWork } from '../kernel.ts';
import type { LoadNorm } from '../normalize.ts';
import { SINGLE, type StoragePrelude, storagePrelude, type TensorFormat } from '../storage.ts';

/** A convolution, and how its tensors lie in memory. */
export interface ConvShape extends ConvGeometry {
  /** Of the input and its gradient, and of the output and its gradient; left out: single precision. */
  readonly inputFormat?: TensorFormat;
  readonly outputFormat?: TensorFormat;
}

/** What else a forward kernel does. */
export interface ConvForwardFusion<B> {
  /** BatchNorm and activation between `input` and the convolution. */
  readonly norm?: LoadNorm<B> | null;
  /** Moments of the output for `combineMoments`, two floats each: see `momentsLength`. */
  readonly moments?: B | null;
}

export interface ConvForwardBuffers<B> {
  readonly input: B;
  readonly weight: B;
  readonly bias: B | null;
  readonly output: B;
}

/** Whether all its tensors are in single precision. */
export const isSingle = ({ inputFormat = SINGLE, outputFormat = SINGLE }: ConvShape): boolean =>
  inputFormat.storage === 'single' && outputFormat.storage === 'single';

/** `Input`, `toInput`, `Output` and `toOutput`. */
export const convStorage = ({ inputFormat, outputFormat }: ConvShape): StoragePrelude =>
  storagePrelude({ Input: inputFormat, Output: outputFormat });

/** What distinguishes shapes, for `Tunable.dimensions`. */
export function convDimensions(shape: ConvShape): Readonly<Record<string, number>> {
  const { inputFormat = SINGLE, outputFormat = SINGLE, ...dimensions } = shape;
  return {
    ...dimensions,
    ...(inputFormat.storage === 'half' ? { halfInput: 1 } : {}),
    ...(outputFormat.storage === 'half' ? { halfOutput: 1 } : {}),
  };
}

/** Of kernels that spell out a shape. */
export const shapeConstants = (shape: ConvShape) => ({
  IN_CHANNELS: shape.inChannels,
  IN_HEIGHT: shape.inHeight,
  IN_WIDTH: shape.inWidth,
  OUT_CHANNELS: shape.outChannels,
  OUT_HEIGHT: outHeight(shape),
  OUT_WIDTH: outWidth(shape),
  KERNEL: shape.kernel,
  STRIDE: shape.stride,
  PADDING: shape.padding,
});

/** One direction's work, for the profiler. */
export const convWork = (shape: ConvShape): KernelWork => ({
  shape: convText(shape),
  flops: 2 * macs(shape),
});

/** The workgroup's images: all workgroups of a batch are equally full, and none has more than `most` lanes. */
export const imageLanes = (batch: number, most: number): number =>
  ceilDiv(batch, ceilDiv(batch, most));

/**
 * `counts`, if WebGPU's default limits let them be dispatched.
 * @throws RangeError above 65,535 workgroups in a dimension.
 */
export function checkedWorkgroups(
  kernel: string,
  counts: readonly [number, number, number],
): readonly [number, number, number] {
  if (Math.max(...counts) > 65_535) {
    throw new RangeError(
      `${kernel} needs ${counts.join(' × ')} workgroups; no dimension may exceed 65,535. Use a smaller image or batch.`,
    );
  }
  return counts;
}

type WorkSize = 'small' | 'medium' | 'large';

/**
 * How much work a convolution is, for software adapters: a kernel that takes a second longer to compile must be repaid
 * within some dozens of steps.
 */
export function workSize(shape: ConvShape): WorkSize {
  const work = macs(shape);
  return work >= 8e6 ? 'large' : work >= 1e6 ? 'medium' : 'small';
}

/** Channels that one turn of an unrolled kernel's loop takes: one if it has several taps, else up to 4 that divide `channels`. */
export const turnChannels = (channels: number, kernel: number): number =>
  kernel > 1 ? 1 : ([4, 3, 2].find((count) => channels % count === 0) ?? 1);
