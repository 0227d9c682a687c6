/**
 * Which runs share a batch. Runs that would draw the same images at their next step advance on one copy of them: the
 * config's fields that decide on the images are equal, and so is the step. A run restored to an earlier step therefore
 * goes on in a group of its own, with the batches of its own steps.
 */
import type { RunConfig } from '../model/config.ts';

/** Equal for two configs exactly when they see the same images at every step. */
export function batchKey({ model, training, data }: RunConfig): string {
  const { seed, batchSize, augment } = training;
  return JSON.stringify([
    seed,
    batchSize,
    augment.crop,
    augment.flip,
    model.inputSize,
    model.classes,
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
  ]);
}

/** Groups in the order of their first members. */
export function groupRuns<R extends { readonly config: RunConfig; readonly step: number }>(
  runs: readonly R[],
): R[][] {
  const groups = new Map<string, R[]>();
  for (const run of runs) {
    const key = `${run.step} ${batchKey(run.config)}`;
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  return [...groups.values()];
}
