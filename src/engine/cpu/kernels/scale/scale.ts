/** output = factor · weight · input, forward and of gradients alike; [C, H, W, N4]. A piece is a channel. */
import { f32, f32x4, i32, type Value, v128 } from '../../wasm/instructions.ts';
import type { CpuKernel } from '../kernel.ts';
import { element, forEachVector, type PlaneShape, planeBytes } from '../plane.ts';

export interface ScaleOptions {
  /** `drawn`: what `drawn`, a single float, holds in this step. */
  readonly factor: number | 'drawn';
  /** [C], a single float, or 1. */
  readonly weight: 'perChannel' | 'single' | 'none';
}

export function scale(
  shape: PlaneShape,
  { factor, weight }: ScaleOptions,
): CpuKernel<'input' | 'output' | 'drawn' | 'weight'> {
  return {
    kernel: 'scale',
    pieces: shape.channels,
    tensors: ['input', 'output', 'drawn', 'weight'],
    build(f, channel, tensors) {
      const input = f.let(element(tensors.input, channel, planeBytes(shape)));
      const output = f.let(element(tensors.output, channel, planeBytes(shape)));
      const known = factor === 'drawn' ? f32.load(tensors.drawn) : f32.const(factor);
      const learnt: Value<'f32'> | null =
        weight === 'none'
          ? null
          : f32.load(weight === 'single' ? tensors.weight : element(tensors.weight, channel, 4));
      const by = f.let(f32x4.splat(learnt === null ? known : f32.mul(known, learnt)));
      forEachVector(f, shape, ({ at, offset }) => {
        const value = v128.load(i32.add(input, at), offset);
        f.store(i32.add(output, at), f32x4.mul(value, by), offset);
      });
    },
  };
}
