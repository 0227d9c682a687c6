/** What the bench asks of an engine. One file of `engines/` each; `engines.ts` lists them. */

import type { Profile } from '../src/engine/profile.ts';
import type { BenchDevices } from './devices.ts';
import type { BenchTask } from './task.ts';

export interface BenchEngine {
  /** Issues one training step and does not wait for it. */
  issue(): void | Promise<void>;
  /** Resolves when all steps issued are done. */
  finish(): Promise<void>;
  /** Loss of the step issued last. */
  loss(): Promise<number>;
  /** What the network takes, where no device counts it. */
  readonly memoryBytes?: number | (() => number);
  /** CPU time of the steps since the last call, ms, where they run in another process. */
  readonly cpuMs?: () => number;
  /** Its step kernel by kernel, if it can be measured. */
  profile?(): Promise<Profile>;
}

/**
 * Builds the network with the task's weights; the images are on the device when it resolves.
 * @param threads of engines that compute on the processor with as many as they are given.
 */
export type OpenEngine = (
  devices: BenchDevices,
  task: BenchTask,
  threads: number,
) => Promise<BenchEngine>;
