/** A step as this engine runs it: a kernel that all threads share, or what the calling thread does alone. */
import type { CpuKernel } from '../kernels/kernel.ts';
import type { Place } from '../memoryMap.ts';

interface StepBase {
  /** Layer the step works for. */
  readonly layer: string;
  readonly places: Readonly<Record<string, Place>>;
}

type KernelStep = StepBase & {
  readonly kind: 'kernel';
  readonly kernel: CpuKernel;
  /** Kernels with the same key are the same function. */
  readonly key: string;
};

export type ScalarStep = StepBase & {
  readonly kind: 'scalar';
  readonly run: (
    memory: MemoryViews,
    addressOf: (place: Place) => number,
    state: StepState,
  ) => void;
};

export type CpuStep = KernelStep | ScalarStep;

/** The whole memory, by type. */
export interface MemoryViews {
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  readonly words: Uint32Array;
}

/** What changes from step to step, and what a step finds out. */
export interface StepState {
  step: number;
  seed: number;
  /** Of the whole batch. */
  images: number;
  /** Of this micro-batch. */
  rows: number;
  firstImage: number;
  labels: Uint32Array;
  /** Weight of the first of two labels. */
  mixup: number;
  loss: number;
  hits: number;
  gradNorm: Float32Array;
  weightNorm: Float32Array;
  updateNorm: Float32Array;
  activationStd: Float32Array;
  /** As `overflowIn` finds it. */
  overflow: number;
  /** Of layers without BatchNorm: per channel mean and mean square about it, of the images so far. */
  readonly moments: Map<string, Float64Array>;
}
