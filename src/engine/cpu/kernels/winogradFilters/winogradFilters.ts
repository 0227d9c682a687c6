/**
 * The filters of a 3×3 convolution, transformed, in the order in which `winogradConv` reads them: filters
 * [16, ⌈T / 4⌉, S, 4] of weights [I, 3, 3, O4]. Forward, the target's channels T are the outputs and the source's S the
 * inputs. For the input's gradient it is the other way round, S is O4, and each filter is turned by 180°. As in
 * `elementBytes`, there is a gap behind each of the 16.
 */
import { padTo4 } from '../../../plan/layout.ts';
import { i32, LANES, type Vector, v128 } from '../../wasm/instructions.ts';
import { groupsOf } from '../blocks.ts';
import { type CpuKernel, VECTOR_BYTES } from '../kernel.ts';
import { CACHE_LINE, element } from '../plane.ts';
import { type Direction, FREQUENCIES, filterTransform, four } from '../winograd/transforms.ts';

/** Input channels of a piece, times vectors of output channels, at least. */
const LEAST_WORK = 64;

/** Floats of the transformed filters, in the direction that takes more. */
export const filterFloats = (inChannels: number, outChannels: number): number =>
  FREQUENCIES * (padTo4(inChannels) * padTo4(outChannels) + CACHE_LINE / 4);

/** A piece is a group of input channels. */
export function winogradFilters(
  inChannels: number,
  outChannels: number,
  direction: Direction,
): CpuKernel<'weight' | 'filters'> {
  const vectors = padTo4(outChannels) / 4;
  const row = 4 * padTo4(outChannels);
  const { size, groups } = groupsOf(inChannels, 1, (inChannels * vectors) / LEAST_WORK);
  const isForward = direction === 'forward';
  /** From four channels of the target to the next four. */
  const block = (isForward ? inChannels : padTo4(outChannels)) * VECTOR_BYTES;
  const frequency = block * Math.ceil((isForward ? outChannels : inChannels) / 4) + CACHE_LINE;
  return {
    kernel: 'winogradFilters',
    part: 'of the next',
    pieces: groups,
    tensors: ['weight', 'filters'],
    build(f, piece, { weight, filters }) {
      const channel = f.let(i32.mul(piece, i32.const(size)));
      const end = f.let(i32.min(i32.const(inChannels), i32.add(channel, i32.const(size))));
      const source = f.let(element(weight, channel, 9 * row));
      const name = (value: Vector) => f.let(value);
      f.until(channel, end, 1, () => {
        const blockOfChannel = i32.shiftRight(channel, i32.const(2));
        const laneOfChannel = i32.and(channel, i32.const(3));
        const target = f.let(
          isForward
            ? element(filters, channel, VECTOR_BYTES)
            : element(element(filters, blockOfChannel, block), laneOfChannel, 4),
        );
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
              if (isForward) f.store(target, value, (4 * y + x) * frequency);
              else {
                const lanes = name(value);
                const offset = (4 * turned(y) + turned(x)) * frequency;
                for (const lane of LANES) {
                  f.storeLane(target, lanes, lane, offset + lane * VECTOR_BYTES);
                }
              }
            });
          }
          f.advance(source, VECTOR_BYTES);
          f.advance(target, isForward ? block : 4 * VECTOR_BYTES);
        });
        f.advance(source, 8 * row);
      });
    },
  };
}

/** Where a row or column of a transformed filter goes when the filter is turned by 180°: the outer ones change places. */
const turned = (i: number): number => (i === 1 || i === 2 ? i : 3 - i);
