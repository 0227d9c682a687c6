/** Statistics for BatchNorm in evaluation mode, of all layers at once. */
import { gridFor, gridRow } from '../grid.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import source from './batchNormEvaluation.wgsl?raw';

const THREADS = 64;

export interface BatchNormEvaluationShape {
  /** Of all BatchNorms together, each one's padding included. */
  readonly channels: number;
  readonly epsilon: number;
}

/**
 * statistics = mean and 1 / sqrt(var + epsilon).
 * - running [2 · channels]: all running means, then all running variances
 * - statistics [2 · channels]: all means, then all reciprocal deviations
 */
export function batchNormEvaluation<B>(
  shape: BatchNormEvaluationShape,
  buffers: { readonly running: B; readonly statistics: B },
): KernelCall<B> {
  const { channels, epsilon } = shape;
  const constants = {
    THREADS,
    ROW: gridRow(channels, THREADS),
    CHANNELS: channels,
    EPSILON: { f32: epsilon },
  };
  return kernelCall({
    kernel: 'batchNormEvaluation',
    code: () => withConstants(constants, source),
    bindings: [buffers.running, buffers.statistics],
    workgroups: gridFor(channels, THREADS),
  });
}
