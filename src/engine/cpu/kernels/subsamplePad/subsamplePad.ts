/** The option-A shortcut by itself, forward and backward. A piece is a channel of what is written. */
import type { SubsamplePad } from '../../../plan/operations/operation.ts';
import { f32x4, i32, v128 } from '../../wasm/instructions.ts';
import { type CpuKernel, VECTOR_BYTES, vectorsOf } from '../kernel.ts';
import { element, forEachVector, type PlaneShape, planeBytes } from '../plane.ts';
import { forEachSubsampled } from '../pointwise/pointwise.ts';

/** output [C, H, W, N4] of `shape`; input: of `from`. */
export function subsamplePad(shape: PlaneShape, from: SubsamplePad): CpuKernel<'input' | 'output'> {
  return {
    kernel: 'subsamplePad',
    pieces: shape.channels,
    tensors: ['input', 'output'],
    build(f, channel, { input, output }) {
      const plane = f.let(element(output, channel, planeBytes(shape)));
      const source = f.let(i32.sub(channel, i32.const(from.padBefore)));
      f.if(
        i32.lessUnsigned(source, i32.const(from.channels)),
        () => {
          forEachSubsampled(f, shape, from, input, source, (address) => {
            f.store(plane, v128.load(address));
            f.advance(plane, VECTOR_BYTES);
          });
        },
        () => {
          forEachVector(f, shape, ({ at, offset }) => {
            f.store(i32.add(plane, at), f32x4.const(0), offset);
          });
        },
      );
    },
  };
}

/** inputGradient [C′, H′, W′, N4] of `from`, all of it written; outputGradient: of `shape`. */
export function subsamplePadGradient(
  shape: PlaneShape,
  from: SubsamplePad,
): CpuKernel<'outputGradient' | 'inputGradient'> {
  return {
    kernel: 'subsamplePadGradient',
    pieces: from.channels,
    tensors: ['outputGradient', 'inputGradient'],
    build(f, channel, { outputGradient, inputGradient }) {
      const padded = i32.add(channel, i32.const(from.padBefore));
      const source = f.let(element(outputGradient, padded, planeBytes(shape)));
      const target = f.let(
        element(inputGradient, channel, planeBytes({ ...from, batch: shape.batch })),
      );
      f.times(from.height, (y) => {
        f.times(from.width, (x) => {
          const remainder = i32.or(
            i32.rem(y, i32.const(from.stride)),
            i32.rem(x, i32.const(from.stride)),
          );
          f.if(
            i32.isZero(remainder),
            () => {
              f.times(vectorsOf(shape.batch), () => {
                f.store(target, v128.load(source));
                f.advance(source, VECTOR_BYTES);
                f.advance(target, VECTOR_BYTES);
              });
            },
            () => {
              f.times(vectorsOf(shape.batch), () => {
                f.store(target, f32x4.const(0));
                f.advance(target, VECTOR_BYTES);
              });
            },
          );
        });
      });
    },
  };
}
