/** What changes from step to step, and from micro-batch to micro-batch: one small uniform, bound as `step`. */
import type { AdamScales } from '../../../model/optimizer.ts';
import stepStruct from './step.wgsl?raw';

/** WGSL: `struct Step`, for kernels that bind `var<uniform> step: Step`. */
export const STEP_STRUCT: string = stepStruct;

export const STEP_BYTES = 48;

export interface StepValues {
  /** Row of the metrics ring that this step writes. */
  readonly slot: number;
  readonly step: number;
  /** Seed of dropout's masks. */
  readonly seed: number;
  /** Valid images of this pass; those from here on count for nothing. */
  readonly rows: number;
  readonly learningRate: number;
  /** Where Adam moves the weights. */
  readonly adam?: AdamScales | undefined;
  /** The weight of a mixed image's first label; left out: 1. */
  readonly mixup?: number | undefined;
  /** Where the weights have a moving average. */
  readonly averageRate?: number;
  /** Images of the whole batch, of which this pass may be a part; left out: `rows`. */
  readonly images?: number;
  /** Where in the batch this pass's first image stands; left out: 0. */
  readonly firstImage?: number;
}

const NO_SCALES: AdamScales = { stepSize: 0, secondRoot: 0 };

/** The uniform's `STEP_BYTES` bytes. Whole numbers are taken modulo 2³². */
export function packStep(values: StepValues): ArrayBuffer {
  const { slot, step, seed, rows, learningRate, images = rows, firstImage = 0 } = values;
  const { adam: { stepSize, secondRoot } = NO_SCALES, mixup = 1, averageRate = 0 } = values;
  const buffer = new ArrayBuffer(STEP_BYTES);
  new Uint32Array(buffer).set([slot, step, seed, rows, 0, images, firstImage]);
  const floats = new Float32Array(buffer);
  floats.set([learningRate], 4);
  floats.set([stepSize, secondRoot, mixup, averageRate], 7);
  return buffer;
}
