/**
 * The products of `plan/filterStrips.ts`: A = XᵀX, P = aI + bA + cA² and X · P. A piece is a strip of rows of the result.
 */
import { NEWTON_SCHULZ, type ProductPart, STRIP_WORDS } from '../../../plan/filterStrips.ts';
import type { Local } from '../../wasm/functionBuilder.ts';
import { f32, f32x4, i32, type Value, type Vector, v128 } from '../../wasm/instructions.ts';
import { type Arithmetic, type CpuKernel, multiplyAdd, VECTOR_BYTES } from '../kernel.ts';

/**
 * left, right, output: X, X, A; or A, A, P; or X, P, the next X. Matrices [rows, O4] at the strips' offsets.
 * @param arithmetic of products and sums.
 */
export function filterProduct(
  strips: number,
  part: ProductPart,
  arithmetic: Arithmetic,
): CpuKernel<'strips' | 'left' | 'right' | 'output'> {
  const isGram = part === 'gram';
  const addProduct = multiplyAdd(arithmetic);
  return {
    kernel: 'filterProduct',
    pieces: strips,
    tensors: ['strips', 'left', 'right', 'output'],
    build(f, strip, tensors) {
      const header = f.let(i32.add(tensors.strips, i32.mul(strip, i32.const(4 * STRIP_WORDS))));
      const word = (i: number) => f.let(i32.load(header, 4 * i));
      const bytes = (floats: Value<'i32'>) => f.let(i32.mul(floats, i32.const(4)));
      const [filter, gram] = [bytes(word(0)), bytes(word(1))];
      const [rows, columns] = [word(2), word(3)];
      const rowBytes = bytes(columns);
      const matrix = (tensor: Local<'i32'>, at: Local<'i32'>) => f.let(i32.add(tensor, at));
      const isOfFilter = isGram || part === 'filter';
      const left = matrix(tensors.left, isOfFilter ? filter : gram);
      const right = matrix(tensors.right, isGram ? filter : gram);
      const output = matrix(tensors.output, part === 'filter' ? filter : gram);
      const depth = isGram ? rows : columns;
      const [leftRow, leftStep] = isGram ? [i32.const(4), rowBytes] : [rowBytes, i32.const(4)];

      const scale = f.let(f32.const(1));
      if (part === 'first') {
        const at = f.let(left);
        const trace = f.let(f32.const(0));
        f.range(i32.const(0), columns, () => {
          f.set(trace, f32.add(trace, f32.load(at)));
          f.set(at, i32.add(at, i32.add(rowBytes, i32.const(4))));
        });
        const norm = f32.add(f32.sqrt(trace), f32.const(NEWTON_SCHULZ.epsilon));
        f.set(scale, f32.div(f32.const(1), norm));
      }
      const square = f.let(f32.mul(scale, scale));
      const [squares, cubes] = [square, f32.mul(square, scale)].map((x) => f.let(f32x4.splat(x)));
      if (squares === undefined || cubes === undefined) throw new Error('two vectors');

      const block = (row: Local<'i32'>, first: Value<'i32'>, width: number) => {
        const sums = Array.from({ length: width }, () => f.let(f32x4.zero()));
        const l = f.let(i32.add(left, i32.mul(row, leftRow)));
        const r = f.let(i32.add(right, first));
        f.range(i32.const(0), depth, () => {
          const splat = v128.loadSplat(l);
          const factor = f.let(part === 'first' ? f32x4.mul(splat, squares) : splat);
          sums.forEach((sum, i) => {
            f.set(sum, addProduct(factor, v128.load(r, VECTOR_BYTES * i), sum));
          });
          f.set(l, i32.add(l, leftStep));
          f.set(r, i32.add(r, rowBytes));
        });
        const place = f.let(i32.add(first, i32.mul(row, rowBytes)));
        const target = f.let(i32.add(output, place));
        const a = f.let(i32.add(left, place));
        sums.forEach((sum, i) => {
          const at = VECTOR_BYTES * i;
          f.store(target, isOfFilter ? sum : polynomial(v128.load(a, at), sum, cubes), at);
        });
      };
      f.range(word(4), word(5), (row) => {
        const wide = f.let(i32.div(columns, i32.const(16)));
        f.range(i32.const(0), wide, (i) => block(row, f.let(i32.mul(i, i32.const(64))), 4));
        const vectors = f.let(i32.div(columns, i32.const(4)));
        f.range(i32.mul(wide, i32.const(4)), vectors, (i) => {
          block(row, f.let(i32.mul(i, i32.const(VECTOR_BYTES))), 1);
        });
        if (isOfFilter) return;
        const diagonal = i32.add(i32.mul(row, rowBytes), i32.mul(row, i32.const(4)));
        const target = f.let(i32.add(output, diagonal));
        f.storeFloat(target, f32.add(f32.load(target), f32.mul(scale, f32.const(NEWTON_SCHULZ.a))));
      });
    },
  };
}

/** bA + cA², A and A² times the cube of the scale. */
const polynomial = (a: Vector, square: Vector, cube: Vector): Vector =>
  f32x4.mul(
    cube,
    f32x4.add(
      f32x4.mul(a, f32x4.const(NEWTON_SCHULZ.b)),
      f32x4.mul(square, f32x4.const(NEWTON_SCHULZ.c)),
    ),
  );
