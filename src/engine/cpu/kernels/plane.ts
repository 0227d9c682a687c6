/** A channel's plane [H, W, N4], as the kernels walk over it that go vector by vector. */
import type { FunctionBuilder, Local } from '../wasm/functionBuilder.ts';
import {
  f32x4,
  f64,
  i32,
  LANES,
  laneMask,
  type Value,
  type Vector,
  v128,
} from '../wasm/instructions.ts';
import { VECTOR_BYTES, vectorsOf } from './kernel.ts';

export interface PlaneShape {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export const pixelBytes = ({ batch }: Pick<PlaneShape, 'batch'>): number =>
  vectorsOf(batch) * VECTOR_BYTES;

/** Planes that follow one another at multiples of this fall on the same lines of a processor's nearest cache. */
const CACHE_PERIOD = 4096;
export const CACHE_LINE = 64;

/** From one channel's plane to the next; a gap keeps them from driving each other out of the cache. */
export function planeBytes(shape: Omit<PlaneShape, 'channels'>): number {
  const bytes = shape.height * shape.width * pixelBytes(shape);
  return bytes % CACHE_PERIOD === 0 && shape.height > 1 ? bytes + CACHE_LINE : bytes;
}
/** Values of a channel, surplus images not counted. */
export const countOf = ({ batch, height, width }: PlaneShape): number => batch * height * width;

/** Which lanes of a pixel's last vector are images; null where all are. */
function lastVectorMask({ batch }: Pick<PlaneShape, 'batch'>): Vector | null {
  const images = batch % 4;
  return images === 0 ? null : laneMask([true, images > 1, images > 2, false]);
}

/** One vector of a plane. */
interface PlaneVector {
  /** Of the vector, in bytes from the plane's start: `at` + `offset`. */
  readonly at: Local<'i32'>;
  readonly offset: number;
  /** 0 … `SUMS` - 1 in turn: sums that are kept apart don't wait for each other. */
  readonly sum: number;
  /** `values`, with 0 for surplus images. */
  readonly masked: (values: Vector) => Vector;
}

/** How many sums `forEachVector` keeps apart. */
export const SUMS = 4;

/** Emits `visit` for every vector of the plane, row by row, and `endRow` behind each row. */
export function forEachVector(
  f: FunctionBuilder,
  shape: PlaneShape,
  visit: (vector: PlaneVector) => void,
  endRow: () => void = () => {},
): void {
  const { height, width } = shape;
  const vectors = vectorsOf(shape.batch);
  const mask = lastVectorMask(shape);
  const at = f.let(i32.const(0));
  const plain = (values: Vector) => values;
  const stretch = (count: number): void => {
    const unrolled = [SUMS, 2, 1].find((n) => count % n === 0) ?? 1;
    f.times(count / unrolled, () => {
      for (let i = 0; i < unrolled; i++) {
        visit({ at, offset: i * VECTOR_BYTES, sum: i, masked: plain });
      }
      f.advance(at, unrolled * VECTOR_BYTES);
    });
  };
  f.times(height, () => {
    if (mask === null) stretch(width * vectors);
    else {
      f.times(width, () => {
        stretch(vectors - 1);
        const masked = (values: Vector) => v128.and(values, mask);
        visit({ at, offset: 0, sum: 0, masked });
        f.advance(at, VECTOR_BYTES);
      });
    }
    endRow();
  });
}

/**
 * Named sums over a plane: a row's in single precision, the rows' sums in double.
 * @param visit adds its terms, in which surplus images are 0.
 */
export function emitPlaneSums<Name extends string>(
  f: FunctionBuilder,
  shape: PlaneShape,
  names: readonly Name[],
  visit: (vector: PlaneVector, add: (name: Name, term: Vector) => void) => void,
): Readonly<Record<Name, Local<'f64'>>> {
  const sums = names.map((name) => ({
    name,
    total: f.let(f64.const(0)),
    ofRow: Array.from({ length: SUMS }, () => f.let(f32x4.const(0))),
  }));
  const visitOne = (vector: PlaneVector) =>
    visit(vector, (name, term) => {
      const sum = sums.find((candidate) => candidate.name === name)?.ofRow[vector.sum];
      if (sum !== undefined) f.set(sum, f32x4.add(sum, term));
    });
  const endRow = () => {
    for (const { total, ofRow } of sums) {
      const row = f.let(ofRow.reduce<Vector>((sum, part) => f32x4.add(sum, part), f32x4.const(0)));
      for (const lane of LANES) {
        f.set(total, f64.add(total, f64.fromSingle(f32x4.lane(row, lane))));
      }
      for (const part of ofRow) f.set(part, f32x4.const(0));
    }
  };
  forEachVector(f, shape, visitOne, endRow);
  return Object.fromEntries(sums.map(({ name, total }) => [name, total])) as Record<
    Name,
    Local<'f64'>
  >;
}

/** `base` + `index` · `bytes` */
export const element = (base: Value<'i32'>, index: Value<'i32'>, bytes: number): Value<'i32'> =>
  i32.add(base, i32.mul(index, i32.const(bytes)));
