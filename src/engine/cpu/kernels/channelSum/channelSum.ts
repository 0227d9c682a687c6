/** sums [C] of a gradient [C, H, W, N4]: a bias's gradient. A piece is a channel. */
import { f32, i32, v128 } from '../../wasm/instructions.ts';
import type { CpuKernel } from '../kernel.ts';
import { element, emitPlaneSums, type PlaneShape, planeBytes } from '../plane.ts';

export function channelSum(shape: PlaneShape): CpuKernel<'input' | 'output'> {
  return {
    kernel: 'channelSum',
    pieces: shape.channels,
    tensors: ['input', 'output'],
    build(f, channel, { input, output }) {
      const plane = f.let(element(input, channel, planeBytes(shape)));
      const { sum } = emitPlaneSums(f, shape, ['sum'], ({ at, offset, masked }, add) => {
        add('sum', masked(v128.load(i32.add(plane, at), offset)));
      });
      f.storeFloat(element(output, channel, 4), f32.fromDouble(sum));
    },
  };
}
