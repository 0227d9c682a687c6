/** Runs single kernels for the tests that stand beside them. */
import { setFlagsFromString } from 'node:v8';
import { type Arithmetic, type CpuKernel, functionOf } from '../kernels/kernel.ts';
import { encodeModule } from '../wasm/module.ts';

// Node 20 knows relaxed multiply-adds, behind a flag.
setFlagsFromString('--experimental-wasm-relaxed-simd');

export const ARITHMETICS: readonly Arithmetic[] = ['exact', 'fast'];

type Data = Float32Array | Uint32Array | Uint8Array;

const PAGE = 65_536;
const ALIGNMENT = 64;

/**
 * Runs all pieces of `kernel`, the last one first. Every array holds its tensor's content afterwards; one given under two
 * names is one tensor.
 * @throws Error when the kernel writes outside of its tensors.
 */
export function runCpuKernel<T extends string>(
  kernel: CpuKernel<T>,
  tensors: Readonly<Record<T, Data>>,
): void {
  const arrays = [...new Set<Data>(Object.values<Data>(tensors))];
  let end = ALIGNMENT;
  const addressOf = new Map(
    arrays.map((array) => {
      const address = end;
      // With room between them, which must not change.
      end += ALIGNMENT * (2 + Math.ceil(array.byteLength / ALIGNMENT));
      return [array, address];
    }),
  );
  const scratch = end;
  const scratchBytes = kernel.scratchBytes ?? 0;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((end + scratchBytes) / PAGE) });
  const bytes = new Uint8Array(memory.buffer).fill(0x5a);
  const bytesOf = (array: Data) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (const [array, address] of addressOf) bytes.set(bytesOf(array), address);

  const run = instantiate(kernel, memory, scratch);
  const addresses = kernel.tensors.map((name) => addressOf.get(tensors[name]) ?? 0);
  for (let piece = kernel.pieces - 1; piece >= 0; piece--) run(piece, ...addresses);

  for (const [array, address] of addressOf) {
    bytesOf(array).set(bytes.subarray(address, address + array.byteLength));
    bytes.fill(0x5a, address, address + array.byteLength);
  }
  bytes.fill(0x5a, scratch, scratch + scratchBytes);
  const stray = bytes.findIndex((byte) => byte !== 0x5a);
  if (stray >= 0) throw new Error(`${kernel.kernel} wrote outside of its tensors, at ${stray}`);
}

function instantiate<T extends string>(
  kernel: CpuKernel<T>,
  memory: WebAssembly.Memory,
  scratch: number,
): (piece: number, ...addresses: number[]) => void {
  const module = new WebAssembly.Module(encodeModule([functionOf('run', kernel)], false));
  const { run } = new WebAssembly.Instance(module, { engine: { memory, scratch } }).exports;
  if (typeof run !== 'function') throw new Error('the module exports no function');
  return (...values) => run(...values);
}

/** [.., batch] with surplus images up to a multiple of 4, which hold `surplus`. */
export function padImages(values: ArrayLike<number>, batch: number, surplus: number): Float32Array {
  const padded = 4 * Math.ceil(batch / 4);
  return Float32Array.from({ length: (values.length / batch) * padded }, (_, i) => {
    const n = i % padded;
    return n < batch ? (values[Math.floor(i / padded) * batch + n] ?? Number.NaN) : surplus;
  });
}

/** The other way round. */
export function dropSurplus(values: ArrayLike<number>, batch: number): Float32Array {
  const padded = 4 * Math.ceil(batch / 4);
  return Float32Array.from(values).filter((_, i) => i % padded < batch);
}

/** The surplus images alone. */
export function surplusOf(values: ArrayLike<number>, batch: number): Float32Array {
  const padded = 4 * Math.ceil(batch / 4);
  return Float32Array.from(values).filter((_, i) => i % padded >= batch);
}
