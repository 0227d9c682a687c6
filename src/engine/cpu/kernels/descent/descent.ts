/**
 * What all optimizers have in common: a piece is a chunk of a parameter, whose weights it moves. It leaves Σ g², Σ w²
 * before the step and Σ Δw²: squares [chunks, 3], f64.
 */
import type { FunctionBuilder, Local } from '../../wasm/functionBuilder.ts';
import { f32x4, f64, i32, LANES, type Vector, v128 } from '../../wasm/instructions.ts';
import { VECTOR_BYTES } from '../kernel.ts';

/** Floats of a chunk, at most. */
export const CHUNK_FLOATS = 1024;
export const CHUNK_BYTES = 12;
export const SQUARES_BYTES = 24;

interface DescentChunk {
  /** In floats, both multiples of 4. */
  readonly offset: number;
  readonly length: number;
  /** Weight decay of its parameter. */
  readonly decay: number;
}

/** The table [chunks, 3]: a chunk's first float in all tensors and its length, i32; its decay, f32. */
export function descentChunks(chunks: readonly DescentChunk[]): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(3 * chunks.length);
  const floats = new Float32Array(table.buffer);
  for (const [i, { offset, length, decay }] of chunks.entries()) {
    table.set([offset, length], 3 * i);
    floats[3 * i + 2] = decay;
  }
  return table;
}

interface DescentTensors {
  readonly chunkTable: Local<'i32'>;
  readonly gradients: Local<'i32'>;
  readonly weights: Local<'i32'>;
  readonly squares: Local<'i32'>;
}

interface Four {
  readonly gradient: Local<'v128'>;
  readonly weight: Local<'v128'>;
  /** Of the chunk, in all lanes. */
  readonly decay: Local<'v128'>;
}

interface Rule {
  /** Addresses of the first weight's moments, which move along with it. */
  readonly moments: readonly Local<'i32'>[];
  /** Emits what is taken from four weights, and stores their moments. */
  readonly changeOf: (four: Four) => Vector;
}

/** @param ruleOf given how to find the chunk's part of a tensor of moments. */
export function descend(
  f: FunctionBuilder,
  chunk: Local<'i32'>,
  tensors: DescentTensors,
  ruleOf: (partOf: (tensor: Local<'i32'>) => Local<'i32'>) => Rule,
): void {
  const header = f.let(i32.add(tensors.chunkTable, i32.mul(chunk, i32.const(CHUNK_BYTES))));
  const first = f.let(i32.mul(i32.load(header), i32.const(4)));
  const decay = f.let(v128.loadSplat(header, 8));
  const partOf = (tensor: Local<'i32'>) => f.let(i32.add(tensor, first));
  const g = partOf(tensors.gradients);
  const w = partOf(tensors.weights);
  const { moments, changeOf } = ruleOf(partOf);
  const end = f.let(i32.add(g, i32.mul(i32.load(header, 4), i32.const(4))));
  const sums = [0, 1, 2].map(() => f.let(f32x4.const(0)));
  f.until(g, end, VECTOR_BYTES, () => {
    const gradient = f.let(v128.load(g));
    const weight = f.let(v128.load(w));
    const change = f.let(changeOf({ gradient, weight, decay }));
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
