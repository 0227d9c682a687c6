/** A data set's training images, put onto the device before training begins: for training without a page's session. */
import type { openDataset } from '../data/dataset.ts';
import { createSampler } from '../data/sampler.ts';
import type { EngineDevice } from '../engine/api.ts';
import type { TrainingConfig } from '../model/config.ts';
import { type DatasetIdentity, identityOf } from './checkpoint/checkpoint.ts';
import { type RunImages, sampledBatches } from './images.ts';

interface LoadedImages extends RunImages {
  readonly source: DatasetIdentity;
  /** Waits for the images of steps 0 … `steps`. Called once, before training. @throws DataError */
  prepare(steps: number): Promise<void>;
}

/** @throws DataError when no source can be opened. */
export async function loadedImages(
  device: EngineDevice,
  dataset: ReturnType<typeof openDataset>,
  { seed, batchSize }: Pick<TrainingConfig, 'seed' | 'batchSize'>,
): Promise<LoadedImages> {
  const info = await dataset.info;
  const { train } = info;
  const sampler = createSampler({ seed, trainCount: train, batchSize });
  const images = device.createDataset(train);
  return {
    source: identityOf(info),
    info: { train, test: 0 },
    async prepare(steps) {
      // From the second epoch on every image has been there.
      const firstEpoch = Math.min(steps, Math.ceil(train / batchSize));
      const needed = Array.from({ length: firstEpoch }, (_, step) => sampler.imagesNeeded(step));
      const most = Math.max(...needed);
      for await (const chunk of dataset) {
        if (chunk.split !== 'train') continue;
        images.append(chunk);
        if (images.uploaded >= most) break;
      }
    },
    batches: (training) =>
      sampledBatches(
        training,
        train,
        () => images,
        () => images.uploaded,
      ),
    arrived: (split) => (split === 'train' ? images.uploaded : 0),
    label: () => {
      throw new Error('no test image is loaded');
    },
    on: () => images,
  };
}
