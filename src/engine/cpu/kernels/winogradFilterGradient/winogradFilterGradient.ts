/**
 * The gradient of a 3×3 convolution's weights [I, 3, 3, O4] from the copies [parts, 16, I, O4] that `winogradWeightGradient`
 * left: their sum, in order, transformed back.
 */
import { f32x4, i32, type Vector, v128 } from '../../wasm/instructions.ts';
import { groupsOf } from '../blocks.ts';
import { type CpuKernel, VECTOR_BYTES } from '../kernel.ts';
import { element } from '../plane.ts';
import { FREQUENCIES, filterGradientTransform, four } from '../winograd/transforms.ts';

/** Vectors of output channels of all input channels of a piece, at least. */
const LEAST_WORK = 64;

/** A piece is a group of input channels. @param outChannels a multiple of 4. */
export function winogradFilterGradient(
  inChannels: number,
  outChannels: number,
  parts: number,
): CpuKernel<'copies' | 'weightGradient'> {
  const vectors = outChannels / 4;
  const row = outChannels * 4;
  const { size, groups } = groupsOf(inChannels, 1, (inChannels * vectors) / LEAST_WORK);
  const frequency = inChannels * row;
  return {
    kernel: 'winogradFilterGradient',
    part: 'weight gradient',
    pieces: groups,
    tensors: ['copies', 'weightGradient'],
    build(f, piece, { copies, weightGradient }) {
      const first = f.let(i32.mul(piece, i32.const(size)));
      const end = f.let(i32.min(i32.const(inChannels), i32.add(first, i32.const(size))));
      const source = f.let(element(copies, first, row));
      const target = f.let(element(weightGradient, first, 9 * row));
      const name = (value: Vector) => f.let(value);
      f.range(first, end, () => {
        f.times(vectors, () => {
          const columns = four((x) => {
            const column = four((y) => f.let(v128.load(source, (4 * y + x) * frequency)));
            const part = f.let(source);
            f.times(parts - 1, () => {
              f.advance(part, FREQUENCIES * frequency);
              column.forEach((sum, y) => {
                f.set(sum, f32x4.add(sum, v128.load(part, (4 * y + x) * frequency)));
              });
            });
            const [a, b, c] = filterGradientTransform(column, name);
            return [name(a), name(b), name(c)] as const;
          });
          for (const y of [0, 1, 2] as const) {
            const values = filterGradientTransform(
              four((x) => columns[x][y]),
              name,
            );
            values.forEach((value, x) => {
              f.store(target, value, (3 * y + x) * row);
            });
          }
          f.advance(source, VECTOR_BYTES);
          f.advance(target, VECTOR_BYTES);
        });
        f.advance(target, 8 * row);
      });
    },
  };
}
