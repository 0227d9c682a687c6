/** A data set's training images, put onto the device before training begins: for training without a page's session. */
import type { openDataset } from '../data/dataset.ts';
import { createSampler } from '../data/sampler.ts';
import { IMAGE_BYTES } from '../data/types.ts';
import type { EngineDevice } from '../engine/api.ts';
import type { RunConfig } from '../model/config.ts';
import { type DatasetIdentity, identityOf } from './checkpoint/checkpoint.ts';
import { type RunImages, sampledBatches, WHITENING_IMAGES } from './images.ts';

interface LoadedImages extends RunImages {
  readonly source: DatasetIdentity;
  /** Waits for the images of steps 0 … `steps`. Called once, before training. @throws DataError */
  prepare(steps: number): Promise<void>;
}

/** @throws DataError when no source can be opened. */
export async function loadedImages(
  device: EngineDevice,
  dataset: ReturnType<typeof openDataset>,
  { model, training: { seed, batchSize } }: Pick<RunConfig, 'model' | 'training'>,
): Promise<LoadedImages> {
  const info = await dataset.info;
  const { train } = info;
  const sampler = createSampler({ seed, trainCount: train, batchSize });
  const images = device.createDataset(train);
  // The layer that is made from images needs them here, and before the first step.
  const firstCount = model.whitening === true ? Math.min(WHITENING_IMAGES, train) : 0;
  const first = new Uint8Array(firstCount * IMAGE_BYTES);
  return {
    source: identityOf(info),
    info: { train, test: 0 },
    async prepare(steps) {
      // From the second epoch on every image has been there.
      const firstEpoch = Math.min(steps, Math.ceil(train / batchSize));
      const needed = Array.from({ length: firstEpoch }, (_, step) => sampler.imagesNeeded(step));
      const most = Math.max(firstCount, ...needed);
      for await (const chunk of dataset) {
        if (chunk.split !== 'train') continue;
        images.append(chunk);
        const start = chunk.start * IMAGE_BYTES;
        if (start < first.length) first.set(chunk.pixels.subarray(0, first.length - start), start);
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
    first: (count) => first.slice(0, count * IMAGE_BYTES),
    label: () => {
      throw new Error('no test image is loaded');
    },
    on: () => images,
  };
}
