/** Images of each micro-batch, as `torch.split` makes them: all alike, the last one with what is left. */
export function splitBatch(batchSize: number, microBatchSize: number): number[] {
  const parts = Math.ceil(batchSize / microBatchSize);
  return Array.from({ length: parts }, (_, i) =>
    Math.min(microBatchSize, batchSize - i * microBatchSize),
  );
}
