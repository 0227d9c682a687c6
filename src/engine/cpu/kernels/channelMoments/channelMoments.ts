/** moments [C, 2], f64: mean of a channel's values and the sum of their squared distances from it. A piece is a channel. */
import type { CpuKernel } from '../kernel.ts';
import { element, type PlaneShape, planeBytes } from '../plane.ts';
import { emitMoments } from '../pointwise/pointwise.ts';

export function channelMoments(shape: PlaneShape): CpuKernel<'input' | 'moments'> {
  return {
    kernel: 'channelMoments',
    pieces: shape.channels,
    tensors: ['input', 'moments'],
    build(f, channel, { input, moments }) {
      const { mean, squares } = emitMoments(
        f,
        shape,
        f.let(element(input, channel, planeBytes(shape))),
      );
      const target = f.let(element(moments, channel, 16));
      f.storeDouble(target, mean);
      f.storeDouble(target, squares, 8);
    },
  };
}
