/** Which runs the worker has, with which configs: what it was last told, or has told of since. */
import type { RunConfig } from '../model/config.ts';
import type { RunId } from '../training/runIdentity.ts';
import { sameConfig } from './edit.ts';

interface SentRun {
  readonly id: RunId;
  readonly config: RunConfig;
}

export class SentRuns {
  #configs = new Map<RunId, RunConfig>();

  get configs(): ReadonlyMap<RunId, RunConfig> {
    return this.#configs;
  }

  replace(runs: readonly SentRun[]): void {
    this.#configs = new Map(runs.map(({ id, config }) => [id, config]));
  }

  set(id: RunId, config: RunConfig): void {
    this.#configs.set(id, config);
  }

  /** Whether the worker has the run with this very config. */
  has({ id, config }: SentRun): boolean {
    const sent = this.#configs.get(id);
    return sent !== undefined && sameConfig(sent, config);
  }
}
