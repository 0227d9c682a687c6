/** Which arithmetic the kernels compute with. */
import { type Arithmetic, functionOf } from './kernels/kernel.ts';
import { peak } from './kernels/peak/peak.ts';
import { encodeModule } from './wasm/module.ts';

/** `auto`: fast where that gains enough to give up having the same bits everywhere. */
export type ArithmeticChoice = Arithmetic | 'auto';

/**
 * Counts up when exact arithmetic comes to other bits than before: hashes of an earlier revision then can't come out. The
 * hash in `determinism.test.ts` tells.
 */
export const REVISION = '1';

/** From how many times the speed on. */
const WORTHWHILE = 1.2;
const ROUNDS = 12;

const moduleOf = (arithmetic: Arithmetic) =>
  encodeModule([functionOf('peak', peak(arithmetic))], false);

/** Whether WebAssembly has SIMD here. */
export const supportsExact = (): boolean => WebAssembly.validate(moduleOf('exact'));

/** Whether WebAssembly has relaxed SIMD here. */
export const supportsFast = (): boolean => WebAssembly.validate(moduleOf('fast'));

export function chooseArithmetic(choice: ArithmeticChoice): Arithmetic {
  if (choice !== 'auto') return choice;
  if (!supportsFast()) return 'exact';
  // In turn, and the fastest of several runs: other work on the machine must not decide.
  const [exact, fast] = [peakKernel('exact'), peakKernel('fast')];
  let [exactMs, fastMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round++) {
    exactMs = Math.min(exactMs, timed(exact));
    fastMs = Math.min(fastMs, timed(fast));
  }
  return exactMs >= WORTHWHILE * fastMs ? 'fast' : 'exact';
}

function peakKernel(arithmetic: Arithmetic): () => void {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const module = new WebAssembly.Module(moduleOf(arithmetic));
  const { peak: run } = new WebAssembly.Instance(module, { engine: { memory, scratch: 0 } })
    .exports;
  if (typeof run !== 'function') throw new Error('the module exports no kernel');
  return () => run(0, 0);
}

/** Milliseconds. */
function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
