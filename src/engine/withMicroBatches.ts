/** Places networks on a device, in micro-batches that it has room for. */
import type { EngineDevice, SharedBatch } from './api.ts';
import { EngineError } from './errors.ts';

/**
 * Calls `make` with the largest micro-batches that fit, one size a group. Where the device then runs out of memory after
 * all, calls it again with smaller ones; `make` must have freed what it made.
 * @param totalBytes that the networks may take together.
 * @throws EngineError `too-large`, `out-of-memory`, ConfigError and what else `make` throws.
 */
export async function withMicroBatches<T>(
  device: EngineDevice,
  groups: readonly SharedBatch[],
  make: (sizes: readonly number[]) => Promise<T>,
  totalBytes = Number.POSITIVE_INFINITY,
): Promise<T> {
  let fit = device.fitMicroBatches(groups, totalBytes);
  for (;;) {
    try {
      return await make(fit.sizes);
    } catch (error) {
      const smaller = isOutOfMemory(error) ? smallerFit(device, groups, fit.gpuBytes - 1) : null;
      if (smaller === null || smaller.sizes.join() === fit.sizes.join()) throw error;
      fit = smaller;
    }
  }
}

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof EngineError && error.code === 'out-of-memory';

/** Null when there is none. */
function smallerFit(device: EngineDevice, groups: readonly SharedBatch[], totalBytes: number) {
  try {
    return device.fitMicroBatches(groups, totalBytes);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'too-large') return null;
    throw error;
  }
}
