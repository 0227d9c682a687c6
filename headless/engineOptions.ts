/** Which engine a command runs on, as its options say. */
import type { ArithmeticChoice } from '../src/engine/cpu/arithmetic.ts';

export const ENGINES = ['auto', 'webgpu', 'cpu'] as const;
export const ARITHMETICS = ['auto', 'exact', 'fast'] as const;

export interface EngineOptions {
  /** `auto`: a GPU, else the processor. */
  readonly engine: (typeof ENGINES)[number];
  /** Threads of the CPU engine; null: one per core, at most eight. */
  readonly threads: number | null;
  readonly arithmetic: ArithmeticChoice;
}
