/**
 * Group normalisation (Wu & He 2018) of [C, H, W, N4]: every lane of a vector is an image of its own, so that nothing is
 * summed over lanes but the gradients of γ and β. Up to four vectors, a line of the cache, go through a plane at a time.
 */
import type { FunctionBuilder, Local } from '../../wasm/functionBuilder.ts';
import {
  f32,
  f32x4,
  f64,
  i32,
  LANES,
  type Value,
  type Vector,
  v128,
} from '../../wasm/instructions.ts';
import { range } from '../blocks.ts';
import { forChannelGroup } from '../channelGroup.ts';
import {
  type Arithmetic,
  type CpuKernel,
  multiplyAdd,
  VECTOR_BYTES,
  vectorsOf,
} from '../kernel.ts';
import { element, type PlaneShape, pixelBytes, planeBytes } from '../plane.ts';

export interface GroupNormShape extends PlaneShape {
  readonly groups: number;
}

/** Vectors that are in hand at a time. */
const BLOCK = 4;
/** Least variance: surplus images may have none, and must stay finite. */
const LEAST_VARIANCE = 1e-30;

const blocksIn = (shape: PlaneShape): number => Math.ceil(vectorsOf(shape.batch) / BLOCK);
const channelsIn = ({ channels, groups }: GroupNormShape): number => channels / groups;
/** Values of an image in a group. */
const valuesIn = (shape: GroupNormShape): number => channelsIn(shape) * shape.height * shape.width;

/**
 * output = γ · (input − mean) · rstd + β. A piece is a group of channels of a block of images; γ and β are [C], moments
 * [2 · groups, N4]: means, then 1/√(variance + ε).
 */
export function groupNorm(
  shape: GroupNormShape,
  epsilon: number,
  arithmetic: Arithmetic,
): CpuKernel<'input' | 'output' | 'gamma' | 'beta' | 'moments'> {
  const { groups } = shape;
  return {
    kernel: 'groupNorm',
    part: 'BatchNorm',
    pieces: groups * blocksIn(shape),
    tensors: ['input', 'output', 'gamma', 'beta', 'moments'],
    build(f, piece, tensors) {
      const group = f.let(i32.div(piece, i32.const(blocksIn(shape))));
      const first = f.let(i32.mul(group, i32.const(channelsIn(shape))));
      forEachBlock(f, shape, i32.rem(piece, i32.const(blocksIn(shape))), (images, vectors) => {
        const channels = i32.add(first, i32.const(channelsIn(shape)));
        const sum = (term: (value: Vector, v: number) => Vector): Vector[] => {
          const sums = emitSums(
            f,
            shape,
            { vectors, from: first, to: channels, sums: 1 },
            (channel) => {
              const x = f.let(pixelAt(shape, tensors.input, channel, images));
              return { reads: [x], terms: (v) => [term(f.let(loadAt(x, v)), v)] };
            },
          );
          return sums.map(([total]) =>
            f.let(f32x4.div(total ?? f32x4.zero(), f32x4.const(valuesIn(shape)))),
          );
        };
        const means = sum((value) => value);
        const rstds = sum((value, v) => {
          const apart = f.let(f32x4.sub(value, at(means, v)));
          return f32x4.mul(apart, apart);
        }).map((variance) => f.let(rstdOf(variance, epsilon)));
        const meanRow = f.let(rowAt(shape, tensors.moments, group, images));
        const rstdRow = f.let(i32.add(meanRow, i32.const(groups * pixelBytes(shape))));
        for (const v of range(vectors)) {
          f.store(meanRow, at(means, v), v * VECTOR_BYTES);
          f.store(rstdRow, at(rstds, v), v * VECTOR_BYTES);
        }

        const madd = multiplyAdd(arithmetic);
        f.range(first, channels, (channel) => {
          const parameter = (of: Value<'i32'>) => f.let(v128.loadSplat(element(of, channel, 4)));
          const [gamma, beta] = [parameter(tensors.gamma), parameter(tensors.beta)];
          const scales = rstds.map((rstd) => f.let(f32x4.mul(gamma, rstd)));
          const x = f.let(pixelAt(shape, tensors.input, channel, images));
          const y = f.let(pixelAt(shape, tensors.output, channel, images));
          forEachPixel(f, shape, [x, y], () => {
            for (const v of range(vectors)) {
              const apart = f32x4.sub(loadAt(x, v), at(means, v));
              f.store(y, madd(apart, at(scales, v), beta), v * VECTOR_BYTES);
            }
          });
        });
      });
    },
  };
}

/**
 * The gradients of γ and β, [C]; and sums [2 · C, N4] of each image's gradients, and of their products with the normalised
 * input. A piece is a channel.
 */
export function groupNormSums(
  shape: GroupNormShape,
): CpuKernel<'gradient' | 'input' | 'moments' | 'sums' | 'gammaGradient' | 'betaGradient'> {
  return {
    kernel: 'groupNormSums',
    part: 'BatchNorm',
    pieces: shape.channels,
    tensors: ['gradient', 'input', 'moments', 'sums', 'gammaGradient', 'betaGradient'],
    build(f, channel, tensors) {
      const [beta, gamma] = [f.let(f64.const(0)), f.let(f64.const(0))];
      const next = f.let(i32.add(channel, i32.const(1)));
      forAllBlocks(f, shape, (images, vectors) => {
        const { means, rstds } = loadMoments(f, shape, tensors.moments, channel, images, vectors);
        const bySum = emitSums(f, shape, { vectors, from: channel, to: next, sums: 2 }, () => {
          const g = f.let(pixelAt(shape, tensors.gradient, channel, images));
          const x = f.let(pixelAt(shape, tensors.input, channel, images));
          const terms = (v: number) => {
            const gradient = f.let(loadAt(g, v));
            return [gradient, f32x4.mul(gradient, f32x4.sub(loadAt(x, v), at(means, v)))];
          };
          return { reads: [g, x], terms };
        });
        const row = f.let(rowAt(shape, tensors.sums, channel, images));
        const second = f.let(i32.add(row, i32.const(shape.channels * pixelBytes(shape))));
        bySum.forEach(([plain, centered], v) => {
          const products = f.let(f32x4.mul(centered ?? f32x4.zero(), at(rstds, v)));
          f.store(row, plain ?? f32x4.zero(), v * VECTOR_BYTES);
          f.store(second, products, v * VECTOR_BYTES);
          addLanes(f, beta, plain ?? f32x4.zero());
          addLanes(f, gamma, products);
        });
      });
      f.storeFloat(element(tensors.betaGradient, channel, 4), f32.fromDouble(beta));
      f.storeFloat(element(tensors.gammaGradient, channel, 4), f32.fromDouble(gamma));
    },
  };
}

/**
 * inputGradient = rstd · (γ·g − Σ(γ·g) / n − x̂ · Σ(γ·g·x̂) / n), over the n values of an image in the group, written or
 * added. A piece is a channel; `sums` are those of `groupNormSums`.
 */
export function groupNormGradient(
  shape: GroupNormShape,
  accumulate: boolean,
): CpuKernel<'gradient' | 'input' | 'moments' | 'sums' | 'gamma' | 'inputGradient'> {
  return {
    kernel: 'groupNormGradient',
    part: 'BatchNorm',
    pieces: shape.channels,
    tensors: ['gradient', 'input', 'moments', 'sums', 'gamma', 'inputGradient'],
    build(f, channel, tensors) {
      const first = f.let(i32.mul(groupOf(shape, channel), i32.const(channelsIn(shape))));
      const gammaOf = (of: Value<'i32'>) => f.let(v128.loadSplat(element(tensors.gamma, of, 4)));
      const own = gammaOf(channel);
      const share = f32x4.const(1 / valuesIn(shape));
      forAllBlocks(f, shape, (images, vectors) => {
        const { means, rstds } = loadMoments(f, shape, tensors.moments, channel, images, vectors);
        const zeros = () => range(vectors).map(() => f.let(f32x4.zero()));
        const [plain, products] = [zeros(), zeros()];
        f.range(first, i32.add(first, i32.const(channelsIn(shape))), (other) => {
          const gamma = gammaOf(other);
          const row = f.let(rowAt(shape, tensors.sums, other, images));
          const second = f.let(i32.add(row, i32.const(shape.channels * pixelBytes(shape))));
          for (const v of range(vectors)) {
            const add = (to: Local<'v128'>, from: Local<'i32'>) =>
              f.set(to, f32x4.add(to, f32x4.mul(gamma, loadAt(from, v))));
            add(at(plain, v), row);
            add(at(products, v), second);
          }
        });
        const parts = rstds.map((rstd, v) => {
          const shared = f.let(f32x4.mul(rstd, share));
          return {
            ofGradient: f.let(f32x4.mul(own, rstd)),
            ofOne: f.let(f32x4.mul(shared, at(plain, v))),
            ofInput: f.let(f32x4.mul(f32x4.mul(shared, rstd), at(products, v))),
          };
        });
        const g = f.let(pixelAt(shape, tensors.gradient, channel, images));
        const x = f.let(pixelAt(shape, tensors.input, channel, images));
        const to = f.let(pixelAt(shape, tensors.inputGradient, channel, images));
        forEachPixel(f, shape, [g, x, to], () => {
          parts.forEach(({ ofGradient, ofOne, ofInput }, v) => {
            const apart = f32x4.sub(loadAt(x, v), at(means, v));
            const alone = f32x4.sub(f32x4.mul(loadAt(g, v), ofGradient), ofOne);
            const result = f32x4.sub(alone, f32x4.mul(apart, ofInput));
            f.store(to, accumulate ? f32x4.add(loadAt(to, v), result) : result, v * VECTOR_BYTES);
          });
        });
      });
    },
  };
}

function at<T>(values: readonly T[], i: number): T {
  const value = values[i];
  if (value === undefined) throw new RangeError(`there is no vector ${i}`);
  return value;
}

const loadAt = (address: Value<'i32'>, v: number): Vector => v128.load(address, v * VECTOR_BYTES);

const groupOf = (shape: GroupNormShape, channel: Value<'i32'>): Value<'i32'> =>
  i32.div(channel, i32.const(channelsIn(shape)));

/** The first pixel of a channel, from the block's images on. */
const pixelAt = (
  shape: PlaneShape,
  tensor: Value<'i32'>,
  channel: Value<'i32'>,
  images: Value<'i32'>,
): Value<'i32'> => i32.add(element(tensor, channel, planeBytes(shape)), images);

/** A row of a tensor [rows, N4], from the block's images on. */
const rowAt = (
  shape: PlaneShape,
  tensor: Value<'i32'>,
  row: Value<'i32'>,
  images: Value<'i32'>,
): Value<'i32'> => i32.add(element(tensor, row, pixelBytes(shape)), images);

function rstdOf(variance: Vector, epsilon: number): Vector {
  const kept = f32x4.max(f32x4.add(variance, f32x4.const(epsilon)), f32x4.const(LEAST_VARIANCE));
  return f32x4.div(f32x4.const(1), f32x4.sqrt(kept));
}

function loadMoments(
  f: FunctionBuilder,
  shape: GroupNormShape,
  moments: Value<'i32'>,
  channel: Value<'i32'>,
  images: Value<'i32'>,
  vectors: number,
) {
  const row = f.let(rowAt(shape, moments, groupOf(shape, channel), images));
  const second = f.let(i32.add(row, i32.const(shape.groups * pixelBytes(shape))));
  const load = (from: Local<'i32'>) => range(vectors).map((v) => f.let(loadAt(from, v)));
  return { means: load(row), rstds: load(second) };
}

function addLanes(f: FunctionBuilder, total: Local<'f64'>, vector: Vector): void {
  const kept = f.let(vector);
  for (const lane of LANES) f.set(total, f64.add(total, f64.fromSingle(f32x4.lane(kept, lane))));
}

/** Emits `visit` for block `block`: `images` is where it begins, in bytes from a pixel's first. */
function forEachBlock(
  f: FunctionBuilder,
  shape: PlaneShape,
  block: Value<'i32'>,
  visit: (images: Local<'i32'>, vectors: number) => void,
): void {
  const kept = f.let(block);
  const images = f.let(i32.mul(kept, i32.const(BLOCK * VECTOR_BYTES)));
  forChannelGroup(f, kept, vectorsOf(shape.batch), BLOCK, (vectors) => visit(images, vectors));
}

function forAllBlocks(
  f: FunctionBuilder,
  shape: PlaneShape,
  visit: (images: Local<'i32'>, vectors: number) => void,
): void {
  f.times(blocksIn(shape), (block) => forEachBlock(f, shape, block, visit));
}

/** Emits `visit` for every pixel of a plane; `addresses` follow it. */
function forEachPixel(
  f: FunctionBuilder,
  shape: PlaneShape,
  addresses: readonly Local<'i32'>[],
  visit: () => void,
  endRow: () => void = () => {},
): void {
  f.times(shape.height, () => {
    f.times(shape.width, () => {
      visit();
      for (const address of addresses) f.advance(address, pixelBytes(shape));
    });
    endRow();
  });
}

interface Planes {
  readonly vectors: number;
  /** Channels `from` … `to` - 1. */
  readonly from: Local<'i32'>;
  readonly to: Value<'i32'>;
  /** How many sums of each vector. */
  readonly sums: number;
}

/** Sums over planes, lane by lane: by vector, then by sum. A row's are added up apart, so that few terms meet large sums. */
function emitSums(
  f: FunctionBuilder,
  shape: PlaneShape,
  { vectors, from, to, sums }: Planes,
  planeOf: (channel: Local<'i32'>) => {
    readonly reads: readonly Local<'i32'>[];
    readonly terms: (v: number) => readonly Vector[];
  },
): readonly (readonly Local<'v128'>[])[] {
  const fresh = () => range(vectors).map(() => range(sums).map(() => f.let(f32x4.zero())));
  const [totals, rows] = [fresh(), fresh()];
  f.range(from, to, (channel) => {
    const { reads, terms } = planeOf(channel);
    const visit = () => {
      for (const v of range(vectors)) {
        terms(v).forEach((term, s) => {
          const sum = at(at(rows, v), s);
          f.set(sum, f32x4.add(sum, term));
        });
      }
    };
    const endRow = () => {
      rows.flat().forEach((row, i) => {
        const total = at(totals.flat(), i);
        f.set(total, f32x4.add(total, row));
        f.set(row, f32x4.zero());
      });
    };
    forEachPixel(f, shape, reads, visit, endRow);
  });
  return totals;
}
