/** Other configs for runs between two steps: weights and momentum stay. Nothing must be under way. */
import type { EngineDevice } from '../engine/api.ts';
import { buildGraph } from '../model/builder.ts';
import type { RunConfig } from '../model/config.ts';
import {
  applyChange,
  type ChangedConfig,
  nextChange,
  sameModel,
  withoutChange,
} from './changes.ts';
import type { TrainingEvent } from './protocol/events.ts';
import { refusing } from './refusals.ts';
import type { Run } from './run.ts';
import type { RunSet } from './runSet.ts';

export class RunChanges {
  /** @param snapshot keeps a copy of every run as it stands. */
  constructor(
    private readonly emit: (event: TrainingEvent) => void,
    private readonly runs: RunSet,
    private readonly snapshot: (device: EngineDevice) => Promise<void>,
  ) {}

  /** Whether a scheduled change is to be made before the next step. */
  get areDue(): boolean {
    return this.runs.live.some(
      ({ config, step }) => (nextChange(config)?.step ?? Infinity) <= step,
    );
  }

  /** Makes the changes that are scheduled before the next step. One that is refused is dropped. */
  async makeDue(device: EngineDevice): Promise<void> {
    for (const run of this.runs.live) {
      for (let next = nextChange(run.config); next !== null && next.step <= run.step; ) {
        const { config: before } = run;
        const config = withoutChange(before, next);
        const { change } = next;
        const changed = await refusing(this.emit, run.id, async () => applyChange(config, change));
        if (changed !== null && (await this.reconfigure(device, run, changed.config))) {
          run.originalConfig ??= before;
          run.made(change);
          this.tell(run, changed, 'schedule');
        } else {
          run.config = config;
          this.tell(run, { config, label: '' }, 'upkeep');
        }
        next = nextChange(run.config);
      }
    }
  }

  /** Continues with another config. @returns false after telling the page why the config was refused. */
  async reconfigure(device: EngineDevice, run: Run, config: RunConfig): Promise<boolean> {
    // After a divergence the run then returns to where it was just before the change, and after a lost device all runs
    // return still in lockstep.
    await this.snapshot(device);
    if (sameModel(run.config, config)) {
      run.config = config;
      return true;
    }
    const startMs = performance.now();
    const rebuilt = await refusing(this.emit, run.id, async () => {
      await this.runs.rebuild(device, run, config, buildGraph(config.model));
      return true;
    });
    if (rebuilt === null) return false;
    this.runs.regroup(device);
    this.emit(run.prepared(performance.now() - startMs));
    return true;
  }

  /** Tells the page, and marks the change on the charts where it has a label. */
  tell(run: Run, { label, config }: ChangedConfig, by?: 'schedule' | 'upkeep'): void {
    const { id, status, step } = run;
    if (label !== '') run.mark(label);
    const made = { id, status, step, label, config };
    this.emit({ type: 'changed', ...made, ...(by === undefined ? {} : { by }) });
  }
}
