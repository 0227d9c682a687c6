import type { Gpu } from './device.ts';

/** An idle GPU lowers its clock and needs tens of milliseconds of work to raise it; anything timed before that is slow. */

const HARDWARE_MS = 80;

/** Milliseconds of work after which the adapter runs as fast as it can. */
export const warmUpMs = ({ adapter }: Pick<Gpu, 'adapter'>): number =>
  adapter.isSoftware ? 0 : HARDWARE_MS;

/** Does `work` once, and again until the adapter is awake. */
export async function warmUp(gpu: Gpu, work: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + warmUpMs(gpu);
  do await work();
  while (performance.now() < end);
}
