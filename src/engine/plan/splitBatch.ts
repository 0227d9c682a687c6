/** Images of each micro-batch, as `torch.split` makes them: all equal, except that the last one has the remainder. */
export function splitBatch(batchSize: number, microBatchSize: number): number[] {
  const parts = Math.ceil(batchSize / microBatchSize);
  return Array.from({ length: parts }, (_, i) =>
    Math.min(microBatchSize, batchSize - i * microBatchSize),
  );
}
