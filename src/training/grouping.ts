/**
 * Which runs share a batch. Runs that would draw the same images at their next step advance on one copy of them: the
 * config's fields that determine the images are equal, and so are the step and the size of the micro-batches. A run
 * restored to an earlier step therefore continues in a group of its own, with the batches of its own steps.
 */
import type { RunConfig } from '../model/config.ts';

/** Equal for two configs exactly when they see the same images at every step and split them in the same way. */
export function batchKey({ model, training, data }: RunConfig): string {
  const { seed, batchSize, microBatchSize, augment, mixup = 0 } = training;
  return JSON.stringify([
    seed,
    batchSize,
    microBatchSize,
    augment.crop,
    augment.flip,
    augment.cutout ?? 0,
    mixup,
    model.inputSize,
    model.classes,
    data.mean,
    data.std,
    datasetKey(data, seed),
  ]);
}

/** Equal for two configs exactly when they train on the same dataset; only synthetic images depend on the seed. */
export function datasetKey(data: RunConfig['data'], seed: number): string {
  return JSON.stringify([
    data.source,
    data.train,
    data.test,
    data.source === 'synthetic' ? seed : 0,
    ...(data.imagesSha256 === undefined ? [] : [data.imagesSha256]),
  ]);
}

/** Runs with the same `batchKey`, together. */
export function sharingBatches<R extends { readonly config: RunConfig }>(
  runs: readonly R[],
): [R, ...R[]][] {
  const groups = new Map<string, [R, ...R[]]>();
  for (const run of runs) {
    const key = batchKey(run.config);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  return [...groups.values()];
}

/** Groups in the order of their first members. */
export function groupRuns<
  R extends {
    readonly config: RunConfig;
    readonly step: number;
    readonly microBatchSize: number | null;
  },
>(runs: readonly R[]): R[][] {
  const groups = new Map<string, R[]>();
  for (const run of runs) {
    const key = `${run.step} ${run.microBatchSize} ${batchKey(run.config)}`;
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  return [...groups.values()];
}
