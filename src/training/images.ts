/** The images of a run as the trainer sees them, wherever they come from. */
import { createSampler, FIRST_EPOCH_BLOCK } from '../data/sampler.ts';
import type { DatasetInfo, Split } from '../data/types.ts';
import type { EngineBatch, EngineDataset, Gather } from '../engine/api.ts';
import type { TrainingConfig } from '../model/config.ts';

/** The images that patch whitening is made from, or all there are: those that step 0 may wait for anyway. */
export const WHITENING_IMAGES = FIRST_EPOCH_BLOCK;

/** The training batches, step by step. */
export interface BatchSource {
  /** Whether every image of this step's batch has arrived. */
  isReady(step: number): boolean;
  /** Uploads this step's images to `batch`, or says what the device is to gather into it. */
  load(step: number, batch: EngineBatch): Gather | undefined;
}

export interface RunImages {
  /** Null until the source has said how many images there are. */
  readonly info: Pick<DatasetInfo, Split> | null;
  /** Null until `info` is known. */
  batches(training: TrainingConfig): BatchSource | null;
  /** Images of a split that have arrived, from the first on. */
  arrived(split: Split): number;
  /**
   * The first training images, `count` or all there are: bytes [n, 32, 32, 3], or normalised, [n, 3, S, S]. Null until they
   * have arrived.
   */
  first(count: number): Uint8Array | Float32Array | null;
  /** The class of an image that has arrived. */
  label(split: Split, index: number): number;
  /** The split's images on the device. @throws Error before the first of them is there. */
  on(split: Split): EngineDataset;
}

/** Batches in the order of the seed, gathered on the device from `dataset`. */
export function sampledBatches(
  { seed, batchSize, augment }: TrainingConfig,
  trainCount: number,
  dataset: () => EngineDataset,
  arrived: () => number,
): BatchSource {
  const sampler = createSampler({ seed, batchSize, trainCount });
  return {
    isReady: (step) => arrived() === trainCount || sampler.imagesNeeded(step) <= arrived(),
    load: (step) => ({
      dataset: dataset(),
      indices: sampler.indices(step),
      firstPosition: step * batchSize,
      epochImages: trainCount,
      augment,
      seed,
    }),
  };
}
