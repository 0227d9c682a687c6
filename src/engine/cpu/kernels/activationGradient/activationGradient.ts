/** inputGradient = gradient · activation′, told from the activation's output; all [C, H, W, N4]. */
import type { Activation } from '../../../plan/operations/operation.ts';
import { f32x4, i32, v128 } from '../../wasm/instructions.ts';
import { emitSlope } from '../activation.ts';
import type { CpuKernel } from '../kernel.ts';
import { forEachVector, type PlaneShape, planeBytes } from '../plane.ts';

/** `gradient` and `inputGradient` may be the same tensor. @param accumulate adds to what `inputGradient` holds. */
export function activationGradient(
  shape: PlaneShape,
  activation: Activation,
  accumulate: boolean,
): CpuKernel<'gradient' | 'output' | 'inputGradient'> {
  return {
    kernel: 'activationGradient',
    pieces: shape.channels,
    tensors: ['gradient', 'output', 'inputGradient'],
    build(f, channel, tensors) {
      const plane = f.let(i32.mul(channel, i32.const(planeBytes(shape))));
      const gradient = f.let(i32.add(tensors.gradient, plane));
      const y = f.let(i32.add(tensors.output, plane));
      const inputGradient = f.let(i32.add(tensors.inputGradient, plane));
      forEachVector(f, shape, ({ at, offset }) => {
        const arriving = v128.load(i32.add(gradient, at), offset);
        const g = emitSlope(f, activation, arriving, v128.load(i32.add(y, at), offset));
        const target = i32.add(inputGradient, at);
        f.store(target, accumulate ? f32x4.add(v128.load(target, offset), g) : g, offset);
      });
    },
  };
}
