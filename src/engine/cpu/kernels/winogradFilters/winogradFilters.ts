/**
 * The filters of a 3×3 convolution, transformed: filters [16, I, O4] of weights [I, 3, 3, O4]. The gradient of the input
 * takes the same ones: turning a filter by 180° swaps the first and the last row and column of its transform.
 */
import { i32, type Vector, v128 } from '../../wasm/instructions.ts';
import { groupsOf } from '../blocks.ts';
import { type CpuKernel, VECTOR_BYTES } from '../kernel.ts';
import { element } from '../plane.ts';
import { FREQUENCIES, filterTransform, four } from '../winograd/transforms.ts';

/** Input channels of a piece, times vectors of output channels, at least. */
const LEAST_WORK = 64;

/** Floats of the transformed filters. @param outChannels a multiple of 4. */
export const filterFloats = (inChannels: number, outChannels: number): number =>
  FREQUENCIES * inChannels * outChannels;

/** A piece is a group of input channels. @param outChannels a multiple of 4. */
export function winogradFilters(
  inChannels: number,
  outChannels: number,
): CpuKernel<'weight' | 'filters'> {
  const vectors = outChannels / 4;
  const row = outChannels * 4;
  const { size, groups } = groupsOf(inChannels, 1, (inChannels * vectors) / LEAST_WORK);
  const frequency = inChannels * row;
  return {
    kernel: 'winogradFilters',
    part: 'of the next',
    pieces: groups,
    tensors: ['weight', 'filters'],
    build(f, piece, { weight, filters }) {
      const first = f.let(i32.mul(piece, i32.const(size)));
      const end = f.let(i32.min(i32.const(inChannels), i32.add(first, i32.const(size))));
      const source = f.let(element(weight, first, 9 * row));
      const target = f.let(element(filters, first, row));
      const name = (value: Vector) => f.let(value);
      f.range(first, end, () => {
        f.times(vectors, () => {
          const columnOf = (x: number) => {
            const at = (y: number) => name(v128.load(source, (3 * y + x) * row));
            const column = filterTransform(at(0), at(1), at(2), name);
            return four((y) => name(column[y]));
          };
          const columns = [columnOf(0), columnOf(1), columnOf(2)] as const;
          for (const y of [0, 1, 2, 3] as const) {
            const [a, b, c] = [columns[0][y], columns[1][y], columns[2][y]];
            filterTransform(a, b, c, name).forEach((value, x) => {
              f.store(target, value, (4 * y + x) * frequency);
            });
          }
          f.advance(source, VECTOR_BYTES);
          f.advance(target, VECTOR_BYTES);
        });
        f.advance(source, 8 * row);
      });
    },
  };
}
