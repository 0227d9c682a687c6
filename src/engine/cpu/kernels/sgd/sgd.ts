/**
 * torch.optim.SGD: v = m·v + (g + wd·w); w -= lr·v, with Nesterov lr·(g + wd·w + m·v). A piece is a chunk of a parameter.
 */
import { f32x4, type Vector, v128 } from '../../wasm/instructions.ts';
import { descend } from '../descent/descent.ts';
import type { CpuKernel } from '../kernel.ts';

export interface SgdShape {
  readonly chunks: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** `packChunks` in chunkTable, whose decay is wd and whose rateFactor multiplies lr. learningRate: one f32. */
export function sgd({
  chunks,
  momentum,
  nesterov,
}: SgdShape): CpuKernel<
  'chunkTable' | 'gradients' | 'weights' | 'momentum' | 'learningRate' | 'squares'
> {
  return {
    kernel: 'sgd',
    pieces: chunks,
    tensors: ['chunkTable', 'gradients', 'weights', 'momentum', 'learningRate', 'squares'],
    build(f, chunk, tensors) {
      const scaled = (x: Vector, by: number) => f32x4.mul(x, f32x4.const(by));
      descend(f, chunk, tensors, ({ decay, rateFactor, partOf }) => {
        const v = partOf(tensors.momentum);
        const rate = f.let(f32x4.mul(v128.loadSplat(tensors.learningRate), rateFactor));
        return {
          moments: [v],
          changeOf({ gradient, weight }) {
            const decayed = f.let(f32x4.add(gradient, f32x4.mul(weight, decay)));
            const velocity = f.let(f32x4.add(scaled(v128.load(v), momentum), decayed));
            const direction = nesterov ? f32x4.add(decayed, scaled(velocity, momentum)) : velocity;
            f.store(v, velocity);
            return f32x4.mul(rate, direction);
          },
        };
      });
    },
  };
}
