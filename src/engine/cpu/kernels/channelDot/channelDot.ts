/** sums [C], f64: Σ a·b over a channel of two tensors [C, H, W, N4], one of them a gradient. A piece is a channel. */
import { f32x4, i32, v128 } from '../../wasm/instructions.ts';
import type { CpuKernel } from '../kernel.ts';
import { element, emitPlaneSums, type PlaneShape, planeBytes } from '../plane.ts';

export function channelDot(shape: PlaneShape): CpuKernel<'a' | 'b' | 'sums'> {
  return {
    kernel: 'channelDot',
    pieces: shape.channels,
    tensors: ['a', 'b', 'sums'],
    build(f, channel, tensors) {
      const a = f.let(element(tensors.a, channel, planeBytes(shape)));
      const b = f.let(element(tensors.b, channel, planeBytes(shape)));
      const { sum } = emitPlaneSums(f, shape, ['sum'], ({ at, offset, masked }, add) => {
        const left = v128.load(i32.add(a, at), offset);
        add('sum', masked(f32x4.mul(left, v128.load(i32.add(b, at), offset))));
      });
      f.storeDouble(element(tensors.sums, channel, 8), sum);
    },
  };
}
