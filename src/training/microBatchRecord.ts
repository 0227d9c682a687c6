/** What a run's record says of its micro-batches. */
import type { RunConfig } from '../model/config.ts';

/** The config as it was carried out: with the size of the micro-batches, where the batch was split. */
export function withMicroBatchSize(config: RunConfig, microBatchSize: number | null): RunConfig {
  const { training } = config;
  if (microBatchSize === null || microBatchSize >= training.batchSize) return config;
  return { ...config, training: { ...training, microBatchSize } };
}
