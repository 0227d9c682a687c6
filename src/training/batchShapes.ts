/** Sizes of the batches that a run is trained and tested on. */
import type { BatchShape } from '../engine/api.ts';
import type { RunConfig } from '../model/config.ts';

/** Images a test takes at a time: the training batch's size within these bounds. */
const MIN_TEST_BATCH = 32;
const MAX_TEST_BATCH = 128;

/** What decides on a run's batches. `microBatchSize` null: the batch is not split. */
interface Batched {
  readonly config: RunConfig;
  readonly microBatchSize: number | null;
}

export const trainingShapeOf = ({
  config: { training, model },
  microBatchSize,
}: Batched): BatchShape => ({
  batchSize: training.batchSize,
  microBatchSize: microBatchSize ?? training.batchSize,
  inputSize: model.inputSize,
});

/** The last bits of a test's results depend on it. */
export function testShapeOf({ config: { training, model }, microBatchSize }: Batched): BatchShape {
  const { batchSize } = training;
  const isSplit = microBatchSize !== null && microBatchSize < batchSize;
  // A test needs less memory than training on as many images.
  const most = isSplit ? microBatchSize : Math.max(MIN_TEST_BATCH, batchSize);
  return { batchSize: Math.min(MAX_TEST_BATCH, most), inputSize: model.inputSize };
}

/** Equal for equal shapes. */
export const shapeKey = ({
  batchSize,
  inputSize,
  microBatchSize = batchSize,
}: BatchShape): string => `${batchSize} ${microBatchSize} ${inputSize}`;
