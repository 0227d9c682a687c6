/** A kernel for BatchNorm's statistics, from the moments that the convolution before it left. */
import {
  lanesFor,
  type StatisticsBindings,
  type StatisticsShape,
} from '../batchNormStatistics/batchNormStatistics.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import source from './combineMoments.wgsl?raw';
import {
  MOMENTS_SOURCE,
  type MomentsTile,
  momentsConstants,
  momentsPerChannel,
} from './moments.ts';

/** `moments` as `convForward` leaves them; otherwise as `batchNormStatistics`. */
export function combineMoments<B>(
  shape: StatisticsShape,
  tile: MomentsTile,
  buffers: Omit<StatisticsBindings<B>, 'input'> & { readonly moments: B },
): KernelCall<B> {
  const LANES = lanesFor(momentsPerChannel(shape, tile));
  const { moments, mean, rstd, runningMean, runningVar } = buffers;
  return kernelCall({
    kernel: 'combineMoments',
    code: () => withConstants({ ...momentsConstants(shape, tile), LANES }, MOMENTS_SOURCE + source),
    bindings: [moments, mean, rstd, runningMean, runningVar],
    workgroups: [shape.channels, 1, 1],
  });
}
