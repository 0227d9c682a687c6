/** Sizes of the batches that a run is trained and tested on. */
import { normalizationOf } from '../data/normalization.ts';
import type { BatchShape } from '../engine/api.ts';
import type { RunConfig } from '../model/config.ts';

/** A test takes as many images at a time as training, within these bounds. */
const MIN_TEST_BATCH = 32;
const MAX_TEST_BATCH = 128;

/** What determines a run's batches. `microBatchSize` null: the batch is not split. */
interface Batched {
  readonly config: RunConfig;
  readonly microBatchSize: number | null;
}

export const trainingShapeOf = ({
  config: { training, model, data },
  microBatchSize,
}: Batched): BatchShape => ({
  batchSize: training.batchSize,
  microBatchSize: microBatchSize ?? training.batchSize,
  inputSize: model.inputSize,
  normalization: normalizationOf(data),
});

/** The last bits of a test's results depend on it. */
export function testShapeOf({ config, microBatchSize }: Batched): BatchShape {
  const { training, model, data } = config;
  const { batchSize } = training;
  const isSplit = microBatchSize !== null && microBatchSize < batchSize;
  // A test needs less memory than training on as many images.
  const most = isSplit ? microBatchSize : Math.max(MIN_TEST_BATCH, batchSize);
  return {
    batchSize: Math.min(MAX_TEST_BATCH, most),
    inputSize: model.inputSize,
    normalization: normalizationOf(data),
  };
}

/** A key that is equal for equal shapes. */
export const shapeKey = ({
  batchSize,
  inputSize,
  microBatchSize = batchSize,
  normalization,
}: BatchShape): string =>
  JSON.stringify([batchSize, microBatchSize, inputSize, normalization?.mean, normalization?.std]);
