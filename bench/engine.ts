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
  readonly memoryBytes?: number;
  /** Its step kernel by kernel, if it can be measured. */
  profile?(): Promise<Profile>;
}

/** Builds the network with the task's weights; the images are on the device when it resolves. */
export type OpenEngine = (devices: BenchDevices, task: BenchTask) => Promise<BenchEngine>;
