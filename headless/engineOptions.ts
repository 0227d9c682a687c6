/** Which engine a command runs on, as its options say. */
import type { ArithmeticChoice } from '../src/engine/cpu/arithmetic.ts';
import type { RunConfig } from '../src/model/config.ts';

export const ENGINES = ['auto', 'webgpu', 'cpu'] as const;
export const ARITHMETICS = ['auto', 'exact', 'fast'] as const;

export interface EngineOptions {
  /** `auto`: a GPU, else the processor. */
  readonly engine: (typeof ENGINES)[number];
  /** Threads of the CPU engine; null: one per core, at most eight. */
  readonly threads: number | null;
  /** Null: as the config says. */
  readonly arithmetic: ArithmeticChoice | null;
}

/** The config with the arithmetic that a command asks for; null: with its own. */
export function withArithmetic(
  config: RunConfig,
  arithmetic: EngineOptions['arithmetic'],
): RunConfig {
  if (arithmetic === null) return config;
  return { ...config, training: { ...config.training, arithmetic } };
}
