/**
 * Winograd's minimal filtering F(2×2, 3×3): four outputs of a 3×3 convolution, from an input tile of 4×4, with 16
 * multiplications instead of 36. See Lavin and Gray 2015, "Fast Algorithms for Convolutional Neural Networks".
 *
 *     Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A        g [3,3] the filter, d [4,4] the input, Y [2,2] the output
 *
 *          ⎡1  0 -1  0⎤        ⎡1  0  0⎤
 *     Bᵀ = ⎢0  1  1  0⎥    G = ⎢½  ½  ½⎥    Aᵀ = ⎡1  1  1  0⎤
 *          ⎢0 -1  1  0⎥        ⎢½ -½  ½⎥         ⎣0  1 -1 -1⎦
 *          ⎣0  1  0 -1⎦        ⎣0  0  1⎦
 *
 * The gradient of the filter is the adjoint: Gᵀ[(A dY Aᵀ) ⊙ (Bᵀ d B)]G. All products of a ⊙ over channels, tiles and
 * images are 16 matrix products, one for each of the 16 elements of a tile ("frequencies").
 */
import type { ConvGeometry } from '../../../plan/geometry.ts';
import { f32, f32x4, type Vector } from '../../wasm/instructions.ts';

/** Which sums a convolution's tiles stand for: outputs, or the gradient of its input. */
export type Direction = 'forward' | 'inputGradient';

/** Elements of a transformed tile. */
export const FREQUENCIES = 16;

/** Below these, what the transforms cost is more than the products they save. */
const FEWEST_CHANNELS = 6;
const SMALLEST_SIZE = 4;

/** Whether a convolution is one that these transforms compute, and faster than the plain one. */
export const isWinograd = (shape: ConvGeometry): boolean =>
  shape.kernel === 3 &&
  shape.stride === 1 &&
  shape.padding === 1 &&
  [shape.inHeight, shape.inWidth].every((size) => size % 2 === 0 && size >= SMALLEST_SIZE) &&
  Math.min(shape.inChannels, shape.outChannels) >= FEWEST_CHANNELS;

export type Four = readonly [Vector, Vector, Vector, Vector];
/** The four values of `make`. */
export const four = <T>(make: (i: 0 | 1 | 2 | 3) => T): readonly [T, T, T, T] => [
  make(0),
  make(1),
  make(2),
  make(3),
];
/** Gives a value a name, so that it is computed once. */
type Let = (value: Vector) => Vector;

const { add, sub, mul } = f32x4;
const negated = (value: Vector): Vector => sub(f32x4.zero(), value);

/** Bᵀ times a column of four. */
export const inputTransform = ([a, b, c, d]: Four): Four => [
  sub(a, c),
  add(b, c),
  sub(c, b),
  sub(b, d),
];

/** Which two rows of a tile each row of Bᵀ d combines, and how. */
export const INPUT_ROWS = [
  { first: 0, second: 2, combine: sub },
  { first: 1, second: 2, combine: add },
  { first: 2, second: 1, combine: sub },
  { first: 1, second: 3, combine: sub },
] as const;

/** Aᵀ times a column of four. */
export const outputTransform = ([a, b, c, d]: Four): readonly [Vector, Vector] => [
  add(add(a, b), c),
  sub(sub(b, c), d),
];

/** A times a column of two. */
export const outputGradientTransform = (a: Vector, b: Vector): Four => [
  a,
  add(a, b),
  sub(a, b),
  negated(b),
];

/** G times a column of three. */
export function filterTransform(a: Vector, b: Vector, c: Vector, name: Let): Four {
  const outer = name(add(a, c));
  return [a, halved(add(outer, b)), halved(sub(outer, b)), c];
}

/** Gᵀ times a column of four. */
export function filterGradientTransform(
  [a, b, c, d]: Four,
  name: Let,
): readonly [Vector, Vector, Vector] {
  const sum = name(halved(add(b, c)));
  return [add(a, sum), halved(sub(b, c)), add(sum, d)];
}

const halved = (value: Vector): Vector => mul(value, f32x4.splat(f32.const(0.5)));
