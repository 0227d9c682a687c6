/**
 * torch.optim.SGD: v = m·v + (g + wd·w); w -= lr·v, with Nesterov lr·(g + wd·w + m·v). A piece is a chunk of a parameter,
 * of which it also leaves Σ g², Σ w² before the step and Σ Δw²: squares [chunks, 3], f64.
 */
import type { Local } from '../../wasm/functionBuilder.ts';
import { f32x4, f64, i32, LANES, type Vector, v128 } from '../../wasm/instructions.ts';
import { type CpuKernel, VECTOR_BYTES } from '../kernel.ts';

export interface SgdShape {
  readonly chunks: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

/** Floats of a chunk, at most. */
export const CHUNK_FLOATS = 1024;
export const SQUARES_BYTES = 24;

/** chunkTable, i32 [chunks, 2]: a chunk's first float in all four tensors and its length, both multiples of 4. learningRate: one f32. */
export function sgd({
  chunks,
  momentum,
  nesterov,
  weightDecay,
}: SgdShape): CpuKernel<
  'chunkTable' | 'gradients' | 'weights' | 'momentum' | 'learningRate' | 'squares'
> {
  return {
    kernel: 'sgd',
    pieces: chunks,
    tensors: ['chunkTable', 'gradients', 'weights', 'momentum', 'learningRate', 'squares'],
    build(f, chunk, tensors) {
      const header = f.let(i32.add(tensors.chunkTable, i32.mul(chunk, i32.const(8))));
      const first = f.let(i32.mul(i32.load(header), i32.const(4)));
      const rate = f.let(v128.loadSplat(tensors.learningRate));
      const [g, w, v] = [
        f.let(i32.add(tensors.gradients, first)),
        f.let(i32.add(tensors.weights, first)),
        f.let(i32.add(tensors.momentum, first)),
      ];
      const end = f.let(i32.add(g, i32.mul(i32.load(header, 4), i32.const(4))));
      const sums = [0, 1, 2].map(() => f.let(f32x4.const(0)));
      const scaled = (x: Vector, by: number) => f32x4.mul(x, f32x4.const(by));
      f.until(g, end, VECTOR_BYTES, () => {
        const gradient = f.let(v128.load(g));
        const weight = f.let(v128.load(w));
        const decayed = f.let(f32x4.add(gradient, scaled(weight, weightDecay)));
        const velocity = f.let(f32x4.add(scaled(v128.load(v), momentum), decayed));
        const direction = nesterov ? f32x4.add(decayed, scaled(velocity, momentum)) : velocity;
        const change = f.let(f32x4.mul(rate, direction));
        f.store(v, velocity);
        f.store(w, f32x4.sub(weight, change));
        [gradient, weight, change].forEach((term, i) => {
          const sum = sums[i];
          if (sum !== undefined) f.set(sum, f32x4.add(sum, f32x4.mul(term, term)));
        });
        f.advance(w, VECTOR_BYTES);
        f.advance(v, VECTOR_BYTES);
      });
      const target = f.let(i32.add(tensors.squares, i32.mul(chunk, i32.const(SQUARES_BYTES))));
      sums.forEach((sum, i) => {
        f.storeDouble(target, sumOfLanes(sum), 8 * i);
      });
    },
  };
}

const sumOfLanes = (vector: Local<'v128'>) =>
  LANES.map((lane) => f64.fromSingle(f32x4.lane(vector, lane))).reduce(f64.add);
