/** Global average pooling and its gradient: [C, H, W, N4] to [C, N4] and back. A piece is a channel. */
import { f32x4, v128 } from '../../wasm/instructions.ts';
import { type CpuKernel, VECTOR_BYTES, vectorsOf } from '../kernel.ts';
import { element, type PlaneShape, pixelBytes, planeBytes } from '../plane.ts';

export function globalAveragePool(shape: PlaneShape): CpuKernel<'input' | 'output'> {
  const pixels = shape.height * shape.width;
  return {
    kernel: 'globalAveragePool',
    pieces: shape.channels,
    tensors: ['input', 'output'],
    build(f, channel, { input, output }) {
      const plane = f.let(element(input, channel, planeBytes(shape)));
      const means = f.let(element(output, channel, pixelBytes(shape)));
      f.times(vectorsOf(shape.batch), () => {
        const at = f.let(plane);
        const sum = f.let(f32x4.const(0));
        f.times(pixels, () => {
          f.set(sum, f32x4.add(sum, v128.load(at)));
          f.advance(at, pixelBytes(shape));
        });
        f.store(means, f32x4.div(sum, f32x4.const(pixels)));
        f.advance(plane, VECTOR_BYTES);
        f.advance(means, VECTOR_BYTES);
      });
    },
  };
}

/** @param accumulate adds to `inputGradient`. */
export function globalAveragePoolGradient(
  shape: PlaneShape,
  accumulate = false,
): CpuKernel<'outputGradient' | 'inputGradient'> {
  const pixels = shape.height * shape.width;
  return {
    kernel: 'globalAveragePoolGradient',
    pieces: shape.channels,
    tensors: ['outputGradient', 'inputGradient'],
    build(f, channel, { outputGradient, inputGradient }) {
      const means = f.let(element(outputGradient, channel, pixelBytes(shape)));
      const plane = f.let(element(inputGradient, channel, planeBytes(shape)));
      f.times(vectorsOf(shape.batch), () => {
        const share = f.let(f32x4.div(v128.load(means), f32x4.const(pixels)));
        const at = f.let(plane);
        f.times(pixels, () => {
          f.store(at, accumulate ? f32x4.add(v128.load(at), share) : share);
          f.advance(at, pixelBytes(shape));
        });
        f.advance(plane, VECTOR_BYTES);
        f.advance(means, VECTOR_BYTES);
      });
    },
  };
}
