/**
 * torch.optim.Adam: d = g + wd·w; m = β₁·m + (1 − β₁)·d; s = β₂·s + (1 − β₂)·d²; w -= stepSize·m / (√s / secondRoot + ε).
 * AdamW: d = g, and lr·wd·w is taken from w besides. Roots and quotients are rounded like products: alike on every machine.
 * A piece is a chunk of a parameter.
 */
import { f32x4, type Vector, v128 } from '../../wasm/instructions.ts';
import { descend } from '../descent/descent.ts';
import type { CpuKernel } from '../kernel.ts';

export interface AdamShape {
  readonly chunks: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** AdamW. */
  readonly decoupled: boolean;
}

/** `packChunks` in chunkTable, whose decay is wd and whose rateFactor multiplies lr and stepSize. learningRate: three f32, learning rate, stepSize and secondRoot of `adamScales`. */
export function adam({
  chunks,
  beta1,
  beta2,
  epsilon,
  decoupled,
}: AdamShape): CpuKernel<
  'chunkTable' | 'gradients' | 'weights' | 'momentum' | 'secondMoment' | 'learningRate' | 'squares'
> {
  return {
    kernel: 'adam',
    pieces: chunks,
    tensors: [
      ...(['chunkTable', 'gradients', 'weights', 'momentum', 'secondMoment'] as const),
      ...(['learningRate', 'squares'] as const),
    ],
    build(f, chunk, tensors) {
      const secondRoot = f.let(v128.loadSplat(tensors.learningRate, 8));
      const scaled = (x: Vector, by: number) => f32x4.mul(x, f32x4.const(by));
      descend(f, chunk, tensors, ({ decay, rateFactor, partOf }) => {
        const rateAt = (at: number) =>
          f.let(f32x4.mul(v128.loadSplat(tensors.learningRate, at), rateFactor));
        const [rate, stepSize] = [rateAt(0), rateAt(4)];
        const [m, s] = [partOf(tensors.momentum), partOf(tensors.secondMoment)];
        return {
          moments: [m, s],
          changeOf({ gradient, weight }) {
            const decayed = f.let(f32x4.mul(weight, decay));
            const slope = decoupled ? gradient : f.let(f32x4.add(gradient, decayed));
            const first = f.let(f32x4.add(scaled(v128.load(m), beta1), scaled(slope, 1 - beta1)));
            const square = f32x4.mul(slope, slope);
            const second = f.let(f32x4.add(scaled(v128.load(s), beta2), scaled(square, 1 - beta2)));
            f.store(m, first);
            f.store(s, second);
            const root = f32x4.div(f32x4.sqrt(second), secondRoot);
            const own = f32x4.div(
              f32x4.mul(stepSize, first),
              f32x4.add(root, f32x4.const(epsilon)),
            );
            return decoupled ? f32x4.add(own, f32x4.mul(rate, decayed)) : own;
          },
        };
      });
    },
  };
}
