/** What the processor can do at most: multiply-adds on registers alone. All kernels are measured against it. */
import { f32, f32x4, i32 } from '../../wasm/instructions.ts';
import { type Arithmetic, type CpuKernel, multiplyAdd } from '../kernel.ts';

/** Sums that do not wait for each other; fewer leave the processor idle, more do not fit into its registers. */
const SUMS = 12;
const TURNS = 20_000;
const UNROLLED = 4;
/** Of one call. */
export const PEAK_FLOPS = 2 * 4 * SUMS * TURNS * UNROLLED;

/** result [4]: the sum, lest the compiler leave the work out. */
export function peak(arithmetic: Arithmetic): CpuKernel<'result'> {
  const madd = multiplyAdd(arithmetic);
  return {
    kernel: 'peak',
    pieces: 1,
    tensors: ['result'],
    build(f, _piece, { result }) {
      const factor = f.let(f32x4.splat(f32.const(0.999)));
      const term = f.let(f32x4.splat(f32.const(1)));
      const sums = Array.from({ length: SUMS }, () => f.local('v128'));
      const end = f.let(i32.const(TURNS));
      const turn = f.let(i32.const(0));
      f.until(turn, end, 1, () => {
        for (let i = 0; i < UNROLLED; i++) {
          for (const sum of sums) f.set(sum, madd(sum, factor, term));
        }
      });
      for (const sum of sums) f.set(term, f32x4.add(term, sum));
      f.store(result, term);
    },
  };
}
