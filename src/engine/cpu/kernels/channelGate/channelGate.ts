/** A tensor [C, H, W, N4], channel by channel times factors [C, N4], and the gradients of both. A piece is a channel. */
import { f32x4, v128 } from '../../wasm/instructions.ts';
import { type CpuKernel, VECTOR_BYTES, vectorsOf } from '../kernel.ts';
import { element, type PlaneShape, pixelBytes, planeBytes } from '../plane.ts';

export function channelGate(shape: PlaneShape): CpuKernel<'input' | 'factors' | 'output'> {
  return {
    kernel: 'channelGate',
    pieces: shape.channels,
    tensors: ['input', 'factors', 'output'],
    build(f, channel, tensors) {
      const input = f.let(element(tensors.input, channel, planeBytes(shape)));
      const output = f.let(element(tensors.output, channel, planeBytes(shape)));
      const factors = f.let(element(tensors.factors, channel, pixelBytes(shape)));
      f.times(shape.height * shape.width, () => {
        const by = f.let(factors);
        f.times(vectorsOf(shape.batch), () => {
          f.store(output, f32x4.mul(v128.load(input), v128.load(by)));
          for (const address of [input, output, by]) f.advance(address, VECTOR_BYTES);
        });
      });
    },
  };
}

/** inputGradient = gradient · factors; factorsGradient = Σ gradient · input over a plane, image by image. */
export function channelGateGradient(
  shape: PlaneShape,
): CpuKernel<'gradient' | 'input' | 'factors' | 'inputGradient' | 'factorsGradient'> {
  return {
    kernel: 'channelGateGradient',
    pieces: shape.channels,
    tensors: ['gradient', 'input', 'factors', 'inputGradient', 'factorsGradient'],
    build(f, channel, tensors) {
      const plane = (tensor: 'gradient' | 'input' | 'inputGradient') =>
        f.let(element(tensors[tensor], channel, planeBytes(shape)));
      const row = (tensor: 'factors' | 'factorsGradient') =>
        f.let(element(tensors[tensor], channel, pixelBytes(shape)));
      const images = [
        ...([plane('gradient'), plane('input'), plane('inputGradient')] as const),
        ...([row('factors'), row('factorsGradient')] as const),
      ] as const;
      const [gradient, input, inputGradient, factors, factorsGradient] = images;
      f.times(vectorsOf(shape.batch), () => {
        const by = f.let(v128.load(factors));
        const [g, x, to] = [f.let(gradient), f.let(input), f.let(inputGradient)];
        const total = f.let(f32x4.zero());
        f.times(shape.height, () => {
          const ofRow = f.let(f32x4.zero());
          f.times(shape.width, () => {
            const arriving = f.let(v128.load(g));
            f.set(ofRow, f32x4.add(ofRow, f32x4.mul(arriving, v128.load(x))));
            f.store(to, f32x4.mul(arriving, by));
            for (const address of [g, x, to]) f.advance(address, pixelBytes(shape));
          });
          f.set(total, f32x4.add(total, ofRow));
        });
        f.store(factorsGradient, total);
        for (const address of images) f.advance(address, VECTOR_BYTES);
      });
    },
  };
}
