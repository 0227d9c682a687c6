/** Which engine a command runs on, as its options say. */
import type { ArithmeticChoice } from '../src/engine/cpu/arithmetic.ts';

export const ENGINES = ['auto', 'webgpu', 'cpu'] as const;
export const ARITHMETICS = ['auto', 'exact', 'fast'] as const;

export interface EngineOptions {
  /** `auto`: a GPU, else the processor. */
  readonly engine: (typeof ENGINES)[number];
  /** Of the processor's engine; null: one a core, at most eight. */
  readonly threads: number | null;
  readonly arithmetic: ArithmeticChoice;
}
