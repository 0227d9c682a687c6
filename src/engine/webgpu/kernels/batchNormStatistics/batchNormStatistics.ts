/** BatchNorm's batch statistics (Ioffe & Szegedy 2015, Algorithm 1) and running statistics, as PyTorch keeps them. */
import { RUNNING_MOMENTUM } from '../../../plan/batchNormConstants.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { storagePrelude, type TensorFormat } from '../storage.ts';
import { workgroupSum } from '../workgroupSum.ts';
import source from './batchNormStatistics.wgsl?raw';

export interface NormShape {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Of the tensor and its gradient; left out: single precision. */
  readonly format?: TensorFormat;
}

/** A BatchNorm's input, and what is added to its variance. */
export interface StatisticsShape extends NormShape {
  readonly epsilon: number;
}

/** Values per channel of a batch. */
export const countOf = (shape: NormShape): number => shape.batch * shape.height * shape.width;

/** Invocations per channel: enough to stream a large channel, few enough not to idle on a small one. */
export const lanesFor = (count: number): number => (count >= 4096 ? 256 : 64);

export interface StatisticsBindings<B> {
  /** [C,H,W,N] */
  readonly input: B;
  /** [C] each; the running ones are updated: momentum 0.1, unbiased variance. */
  readonly mean: B;
  readonly rstd: B;
  readonly runningMean: B;
  readonly runningVar: B;
}

export function batchNormStatistics<B>(
  shape: StatisticsShape,
  { input, mean, rstd, runningMean, runningVar }: StatisticsBindings<B>,
): KernelCall<B> {
  const COUNT = countOf(shape);
  const constants = {
    COUNT,
    LANES: lanesFor(COUNT),
    EPSILON: { f32: shape.epsilon },
    MOMENTUM: { f32: RUNNING_MOMENTUM },
  };
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  return kernelCall({
    kernel: 'batchNormStatistics',
    code: () => withConstants(constants, declarations + workgroupSum('f32') + source, directives),
    bindings: [input, mean, rstd, runningMean, runningVar],
    workgroups: [shape.channels, 1, 1],
  });
}
