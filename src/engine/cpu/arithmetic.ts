/** Which arithmetic the kernels compute with. */
import { type Arithmetic, functionOf } from './kernels/kernel.ts';
import { peak } from './kernels/peak/peak.ts';
import { encodeModule } from './wasm/module.ts';

/** `auto`: fast where that gains enough to give up having the same bits everywhere. */
export type ArithmeticChoice = Arithmetic | 'auto';

/** From how many times the speed on. */
const WORTHWHILE = 1.2;
const ROUNDS = 4;

const moduleOf = (arithmetic: Arithmetic) =>
  encodeModule([functionOf('peak', peak(arithmetic))], false);

/** Whether WebAssembly has relaxed SIMD here. */
export const supportsFast = (): boolean => WebAssembly.validate(moduleOf('fast'));

export function chooseArithmetic(choice: ArithmeticChoice): Arithmetic {
  if (choice !== 'auto') return choice;
  return supportsFast() && peakMs('exact') >= WORTHWHILE * peakMs('fast') ? 'fast' : 'exact';
}

/** The fastest of several runs of the peak kernel. */
function peakMs(arithmetic: Arithmetic): number {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const module = new WebAssembly.Module(moduleOf(arithmetic));
  const { peak: run } = new WebAssembly.Instance(module, { engine: { memory } }).exports;
  if (typeof run !== 'function') throw new Error('the module exports no kernel');
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    run(0, 0);
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}
