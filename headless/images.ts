/** Where a command's images come from. */
import type { View } from '../src/data/augmentation.ts';
import type { EngineBatch, Gather } from '../src/engine/api.ts';
import type { DatasetIdentity } from '../src/training/checkpoint/checkpoint.ts';
import type { RunImages } from '../src/training/images.ts';

/** There are no test images among them: headless tests by `eval` alone. */
export interface TrainingImages extends RunImages {
  /** Class names by label; empty where the file has none. */
  readonly classNames: readonly string[];
  /** What a checkpoint says of them; null where the file does not say what they are. */
  readonly source: DatasetIdentity | null;
  /** Makes the images of steps 0 … `steps` available. Called once, before training. */
  prepare(steps: number): Promise<void>;
}

export interface TestImages {
  readonly count: number;
  /** Uploads images `start` … `start + count`, seen so, to `batch`, or says what the device is to gather. */
  load(start: number, count: number, batch: EngineBatch, view: View): Gather | undefined;
  label(image: number): number;
}
