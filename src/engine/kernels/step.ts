/** What changes from step to step: one small uniform, read by the kernels that bind `step`. */
import stepStruct from './step.wgsl?raw';

/** WGSL: `struct Step`, to stand in front of a kernel that binds `var<uniform> step: Step`. */
export const STEP_STRUCT: string = stepStruct;

export const STEP_BYTES = 32;

export interface StepValues {
  /** Row of the metrics ring that this step writes. */
  readonly slot: number;
  readonly step: number;
  /** Seed of dropout's masks. */
  readonly seed: number;
  /** Valid images of the batch; those from here on count for nothing. */
  readonly rows: number;
  readonly learningRate: number;
}

/** The uniform's `STEP_BYTES` bytes. All but the learning rate are taken modulo 2³². */
export function packStep({ slot, step, seed, rows, learningRate }: StepValues): ArrayBuffer {
  const buffer = new ArrayBuffer(STEP_BYTES);
  new Uint32Array(buffer).set([slot, step, seed, rows]);
  new Float32Array(buffer).set([learningRate], 4);
  return buffer;
}
