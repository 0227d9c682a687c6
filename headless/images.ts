/** Where a command's images come from. */
import type { TrainedImages } from '../src/training/checkpoint/checkpoint.ts';
import type { Batch } from '../src/engine/webgpu/batch.ts';
import type { Gather } from '../src/engine/api.ts';

export interface TrainingImages {
  /** By label; empty where the file does not say. */
  readonly classNames: readonly string[];
  /** What a checkpoint says of them; null where the file does not say what they are. */
  readonly source: TrainedImages | null;
  /** Makes the images of steps 0 … `steps` available. Called once, before `load`. */
  prepare(steps: number): Promise<void>;
  /** Uploads the images of `step` to `batch`, or says what the GPU is to gather. */
  load(step: number, batch: Batch): Gather | undefined;
}

export interface TestImages {
  readonly count: number;
  /** Uploads images `start` … `start + count` to `batch`, or says what the GPU is to gather. */
  load(start: number, count: number, batch: Batch): Gather | undefined;
}
