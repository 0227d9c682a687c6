/**
 * What all optimizers have in common: a piece is a chunk of a parameter, whose weights it moves. It leaves Σ g², Σ w²
 * before the step and Σ Δw²: squares [chunks, 3], f64.
 */
import { CHUNK_WORDS } from '../../../plan/chunks.ts';
import type { FunctionBuilder, Local } from '../../wasm/functionBuilder.ts';
import { f32x4, f64, i32, LANES, type Vector, v128 } from '../../wasm/instructions.ts';
import { VECTOR_BYTES } from '../kernel.ts';

export const CHUNK_BYTES = 4 * CHUNK_WORDS;
export const SQUARES_BYTES = 24;

interface DescentTensors {
  readonly chunkTable: Local<'i32'>;
  readonly gradients: Local<'i32'>;
  readonly weights: Local<'i32'>;
  readonly squares: Local<'i32'>;
}

interface Four {
  readonly gradient: Local<'v128'>;
  readonly weight: Local<'v128'>;
}

/** A chunk at work. */
interface ChunkParts {
  /** In all lanes. */
  readonly decay: Local<'v128'>;
  /** In all lanes. */
  readonly rateFactor: Local<'v128'>;
  /** Its part of a tensor. */
  readonly partOf: (tensor: Local<'i32'>) => Local<'i32'>;
}

interface Rule {
  /** Addresses of the first weight's moments, which move along with it. */
  readonly moments: readonly Local<'i32'>[];
  /** Emits what is taken from four weights, and stores their moments. */
  readonly changeOf: (four: Four) => Vector;
}

/** `packChunks` in chunkTable. */
export function descend(
  f: FunctionBuilder,
  chunk: Local<'i32'>,
  tensors: DescentTensors,
  ruleOf: (chunk: ChunkParts) => Rule,
): void {
  const header = f.let(i32.add(tensors.chunkTable, i32.mul(chunk, i32.const(CHUNK_BYTES))));
  const first = f.let(i32.mul(i32.load(header), i32.const(4)));
  const decay = f.let(v128.loadSplat(header, 8));
  const rateFactor = f.let(v128.loadSplat(header, 12));
  const partOf = (tensor: Local<'i32'>) => f.let(i32.add(tensor, first));
  const g = partOf(tensors.gradients);
  const w = partOf(tensors.weights);
  const { moments, changeOf } = ruleOf({ decay, rateFactor, partOf });
  const end = f.let(i32.add(g, i32.mul(i32.load(header, 4), i32.const(4))));
  const sums = [0, 1, 2].map(() => f.let(f32x4.const(0)));
  f.until(g, end, VECTOR_BYTES, () => {
    const gradient = f.let(v128.load(g));
    const weight = f.let(v128.load(w));
    const change = f.let(changeOf({ gradient, weight }));
    f.store(w, f32x4.sub(weight, change));
    [gradient, weight, change].forEach((term, i) => {
      const sum = sums[i];
      if (sum !== undefined) f.set(sum, f32x4.add(sum, f32x4.mul(term, term)));
    });
    for (const address of [w, ...moments]) f.advance(address, VECTOR_BYTES);
  });
  const target = f.let(i32.add(tensors.squares, i32.mul(chunk, i32.const(SQUARES_BYTES))));
  sums.forEach((sum, i) => {
    f.storeDouble(target, sumOfLanes(sum), 8 * i);
  });
}

const sumOfLanes = (vector: Local<'v128'>) =>
  LANES.map((lane) => f64.fromSingle(f32x4.lane(vector, lane))).reduce(f64.add);
