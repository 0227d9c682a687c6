/** What the threads can do at most, together. */
import { type Arithmetic, functionOf } from '../kernels/kernel.ts';
import { PEAK_FLOPS, peak } from '../kernels/peak/peak.ts';
import type { ThreadPool } from '../threads/pool.ts';
import { encodeModule } from '../wasm/module.ts';

/** So many that no thread waits long for the last one. */
const PIECES_PER_THREAD = 32;

/** GFLOP/s of multiply-adds in registers, each counted as two; the best of what fits into the budget. */
export function measurePeak(arithmetic: Arithmetic, pool: ThreadPool, budgetMs = 150): number {
  const isShared = pool.threads > 1;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: isShared });
  const kernel = peak(arithmetic);
  const module = new WebAssembly.Module(encodeModule([functionOf('peak', kernel)], isShared));
  const pieces = PIECES_PER_THREAD * pool.threads;
  const step = { kernel: 'peak', pieces, addresses: [0] };
  const program = pool.add({
    ...{ module, memory, scratch: { first: 0, bytes: 0 } },
    lists: [[step]],
  });
  let fastestMs = Number.POSITIVE_INFINITY;
  const end = performance.now() + budgetMs;
  do {
    program.run(
      0,
      () => undefined,
      (_, ms) => {
        fastestMs = Math.min(fastestMs, ms);
      },
    );
  } while (performance.now() < end);
  program.destroy();
  return (pieces * PEAK_FLOPS) / fastestMs / 1e6;
}
