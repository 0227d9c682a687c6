/**
 * All that happens to a convolution's output before the next one reads it: output = activate(BatchNorm(input) + shortcut),
 * each part where the layer has it. In training BatchNorm takes the batch's statistics first: a piece is a channel, whose
 * plane is then still in the cache.
 */

import { RUNNING_MOMENTUM } from '../../../plan/batchNormConstants.ts';
import type { Activation, SubsamplePad } from '../../../plan/operations/operation.ts';
import type { FunctionBuilder, Local } from '../../wasm/functionBuilder.ts';
import { f32, f32x4, f64, i32, type Value, type Vector, v128 } from '../../wasm/instructions.ts';
import { emitActivation } from '../activation.ts';
import {
  type Arithmetic,
  type CpuKernel,
  multiplyAdd,
  VECTOR_BYTES,
  vectorsOf,
} from '../kernel.ts';
import {
  countOf,
  element,
  emitPlaneSums,
  forEachVector,
  type PlaneShape,
  pixelBytes,
  planeBytes,
} from '../plane.ts';

interface BatchStatistics {
  /** Added to the variance. */
  readonly epsilon: number;
}

export interface PointwiseOptions {
  /** By the batch's statistics, which are kept; `known`: by statistics that are there. */
  readonly norm: 'none' | 'known' | BatchStatistics;
  readonly shortcut: 'none' | 'same' | SubsamplePad;
  readonly activation: Activation;
}

/** gamma, beta, mean, rstd, runningMean, runningVar: [C]. rstd is 1/√(variance + ε). */
const POINTWISE_TENSORS = [
  ...(['input', 'output', 'shortcut', 'gamma', 'beta', 'mean', 'rstd'] as const),
  ...(['runningMean', 'runningVar'] as const),
] as const;
type PointwiseTensor = (typeof POINTWISE_TENSORS)[number];

type Tensors = Readonly<Record<PointwiseTensor, Local<'i32'>>>;

/** `shape` is the output's. */
export function pointwise(
  shape: PlaneShape,
  options: PointwiseOptions,
  arithmetic: Arithmetic,
): CpuKernel<PointwiseTensor> {
  const { norm, shortcut, activation } = options;
  return {
    kernel: 'pointwise',
    part: 'BatchNorm',
    pieces: shape.channels,
    tensors: POINTWISE_TENSORS,
    build(f, channel, tensors) {
      const input = f.let(element(tensors.input, channel, planeBytes(shape)));
      const output = f.let(element(tensors.output, channel, planeBytes(shape)));
      const normalize = emitNorm(f, shape, norm, channel, input, tensors, multiplyAdd(arithmetic));
      const finish = (address: Value<'i32'>, added: Vector | null, offset: number) => {
        const value = normalize(v128.load(i32.add(input, address), offset));
        const sum = added === null ? value : f32x4.add(value, added);
        f.store(i32.add(output, address), emitActivation(f, activation, sum), offset);
      };
      const withoutShortcut = () =>
        forEachVector(f, shape, ({ at, offset }) => finish(at, null, offset));
      if (shortcut === 'none') withoutShortcut();
      else if (shortcut === 'same') {
        const added = f.let(element(tensors.shortcut, channel, planeBytes(shape)));
        forEachVector(f, shape, ({ at, offset }) => {
          finish(at, v128.load(i32.add(added, at), offset), offset);
        });
      } else {
        const source = f.let(i32.sub(channel, i32.const(shortcut.padBefore)));
        f.if(
          i32.lessUnsigned(source, i32.const(shortcut.channels)),
          () => {
            const at = f.let(i32.const(0));
            forEachSubsampled(f, shape, shortcut, tensors.shortcut, source, (added) => {
              finish(at, v128.load(added), 0);
              f.advance(at, VECTOR_BYTES);
            });
          },
          withoutShortcut,
        );
      }
    },
  };
}

/**
 * Emits `visit` for every vector of `shape`'s plane, in order, with the address of the vector of `source`, a channel of
 * what the option-A shortcut subsamples.
 */
export function forEachSubsampled(
  f: FunctionBuilder,
  shape: PlaneShape,
  from: SubsamplePad,
  base: Value<'i32'>,
  source: Value<'i32'>,
  visit: (address: Local<'i32'>) => void,
): void {
  const pixel = pixelBytes(shape);
  const row = f.let(element(base, source, planeBytes({ ...from, batch: shape.batch })));
  f.times(shape.height, () => {
    const address = f.let(row);
    f.times(shape.width, () => {
      f.times(vectorsOf(shape.batch), () => {
        visit(address);
        f.advance(address, VECTOR_BYTES);
      });
      f.advance(address, (from.stride - 1) * pixel);
    });
    f.advance(row, from.stride * from.width * pixel);
  });
}

/** Mean and variance of `x`'s plane, in double precision. */
export function emitMoments(
  f: FunctionBuilder,
  shape: PlaneShape,
  x: Local<'i32'>,
): { readonly mean: Local<'f64'>; readonly squares: Local<'f64'> } {
  const values = ({ at, offset }: { at: Local<'i32'>; offset: number }) =>
    v128.load(i32.add(x, at), offset);
  const { sum } = emitPlaneSums(f, shape, ['sum'], (vector, add) => {
    add('sum', vector.masked(values(vector)));
  });
  const mean = f.let(f64.div(sum, f64.const(countOf(shape))));
  const center = f.let(f32x4.splat(f32.fromDouble(mean)));
  const { squares } = emitPlaneSums(f, shape, ['squares'], (vector, add) => {
    const apart = f.let(vector.masked(f32x4.sub(values(vector), center)));
    add('squares', f32x4.mul(apart, apart));
  });
  return { mean, squares };
}

/** Keeps the channel's statistics, and lets the running ones follow. */
function emitStatistics(
  f: FunctionBuilder,
  shape: PlaneShape,
  channel: Local<'i32'>,
  x: Local<'i32'>,
  tensors: Tensors,
  { epsilon }: BatchStatistics,
): { readonly mean: Local<'f64'>; readonly rstd: Local<'f64'> } {
  const count = countOf(shape);
  const { mean, squares } = emitMoments(f, shape, x);
  const variance = f64.div(squares, f64.const(count));
  const deviation = f64.sqrt(f64.add(variance, f64.const(epsilon)));
  const rstd = f.let(f64.div(f64.const(1), deviation));
  f.storeFloat(element(tensors.mean, channel, 4), f32.fromDouble(mean));
  f.storeFloat(element(tensors.rstd, channel, 4), f32.fromDouble(rstd));
  const follow = (running: Local<'i32'>, statistic: Value<'f64'>) => {
    const address = f.let(element(running, channel, 4));
    const before = f64.fromSingle(f32.load(address));
    const move = f64.mul(f64.const(RUNNING_MOMENTUM), f64.sub(statistic, before));
    f.storeFloat(address, f32.fromDouble(f64.add(before, move)));
  };
  follow(tensors.runningMean, mean);
  follow(tensors.runningVar, f64.div(squares, f64.const(Math.max(1, count - 1))));
  return { mean, rstd };
}

/** (x − mean)·(γ·rstd) + β, the channel's numbers found first. */
function emitNorm(
  f: FunctionBuilder,
  shape: PlaneShape,
  norm: PointwiseOptions['norm'],
  channel: Local<'i32'>,
  input: Local<'i32'>,
  tensors: Tensors,
  madd: ReturnType<typeof multiplyAdd>,
): (x: Vector) => Vector {
  if (norm === 'none') return (x) => x;
  const number = (vector: Local<'i32'>) =>
    f.let(f64.fromSingle(f32.load(element(vector, channel, 4))));
  const { mean, rstd } =
    norm === 'known'
      ? { mean: number(tensors.mean), rstd: number(tensors.rstd) }
      : emitStatistics(f, shape, channel, input, tensors, norm);
  const center = f.let(f32.fromDouble(mean));
  const scale = f.let(f64.mul(number(tensors.gamma), rstd));
  // What rounding the mean has lost goes into the shift: a ReLU asks for the sign of small differences.
  const lost = f64.sub(f64.fromSingle(center), mean);
  const shift = f64.add(number(tensors.beta), f64.mul(lost, scale));
  const [centers, scales, shifts] = [
    f.let(f32x4.splat(center)),
    f.let(f32x4.splat(f32.fromDouble(scale))),
    f.let(f32x4.splat(f32.fromDouble(shift))),
  ];
  return (x) => madd(f32x4.sub(x, centers), scales, shifts);
}
