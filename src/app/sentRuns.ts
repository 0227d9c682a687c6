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
  #revision = 0;

  get configs(): ReadonlyMap<RunId, RunConfig> {
    return this.#configs;
  }

  replace(runs: readonly SentRun[]): void {
    this.#configs = new Map(runs.map(({ id, config }) => [id, config]));
  }

  /** What the worker says of a run; of one that it is to drop it means nothing. */
  set(id: RunId, config: RunConfig): void {
    if (this.#configs.has(id)) this.#configs.set(id, config);
  }

  /** How often the worker has told of other runs than it was asked for. */
  get revision(): number {
    return this.#revision;
  }

  revise(): void {
    this.#revision++;
  }

  /** Another worker has none. */
  forget(): void {
    this.#configs.clear();
    this.#revision = 0;
  }

  /** Whether the worker has the run with this very config. */
  has({ id, config }: SentRun): boolean {
    const sent = this.#configs.get(id);
    return sent !== undefined && sameConfig(sent, config);
  }
}
