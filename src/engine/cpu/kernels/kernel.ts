/**
 * What all kernels for the processor have in common. A kernel is a WebAssembly function that is emitted for its shapes:
 * all sizes are constants in it.
 *
 * Layout of activations and their gradients: [C, H, W, N4], the image innermost, N4 the batch rounded up to a multiple of
 * 4: a vector is one pixel of four images. The surplus images of an activation hold anything finite, those of a gradient
 * zeros, so that sums over images need not know where they end. Between two channels there may be a gap: see `planeBytes`. Weights, their gradients and momentum lie as on WebGPU:
 * [I, kernelHeight, kernelWidth, O4].
 */
import type { Arithmetic } from '../../api.ts';
import type { ProfilePart } from '../../profile.ts';
import type { FunctionBuilder, Local } from '../wasm/functionBuilder.ts';
import { f32x4, type Vector } from '../wasm/instructions.ts';
import type { FunctionSource } from '../wasm/module.ts';

export type { Arithmetic };

/**
 * A function of a piece's index and of the addresses of its tensors. The pieces of a kernel may run on any thread in any
 * order: each sums what it sums in a fixed order, and writes what no other one touches.
 */
export interface CpuKernel<T extends string = string> {
  readonly kernel: string;
  readonly pieces: number;
  /** What a profile counts it as; left out: the rest. `of the next`: as the kernel that runs after it. */
  readonly part?: ProfilePart | 'of the next';
  /** Whether it does a convolution's multiply-adds. */
  readonly isConvolution?: true;
  /** In the order of the function's parameters behind the piece. */
  readonly tensors: readonly T[];
  /** Memory that each thread has to itself while it runs a piece: `FunctionBuilder.scratch`. */
  readonly scratchBytes?: number;
  readonly build: (
    f: FunctionBuilder,
    piece: Local<'i32'>,
    tensors: Readonly<Record<T, Local<'i32'>>>,
  ) => void;
}

/** The kernel as a function of a module: the piece, then the tensors' addresses. */
export const functionOf = <T extends string>(
  name: string,
  kernel: CpuKernel<T>,
): FunctionSource => ({
  name,
  parameters: 1 + kernel.tensors.length,
  build(f) {
    const entries = kernel.tensors.map((tensor, i) => [tensor, f.parameter(1 + i)] as const);
    kernel.build(f, f.parameter(0), Object.fromEntries(entries) as Record<T, Local<'i32'>>);
  },
});

export const VECTOR_BYTES = 16;
/** Vectors that hold a pixel of all images; the last one may hold surplus ones. */
export const vectorsOf = (batch: number): number => Math.ceil(batch / 4);

/** c + a·b */
export const multiplyAdd =
  (arithmetic: Arithmetic) =>
  (a: Vector, b: Vector, c: Vector): Vector =>
    arithmetic === 'fast' ? f32x4.relaxedMulAdd(a, b, c) : f32x4.add(c, f32x4.mul(a, b));
