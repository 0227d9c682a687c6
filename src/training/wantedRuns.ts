/** What becomes of the runs that the page asks for where it asks too late, or the device is lost. */
import { t } from '../text/t.ts';
import type { SetRuns } from './protocol/commands.ts';
import type { TrainingEvent } from './protocol/events.ts';
import type { Refused } from './refusals.ts';

export class WantedRuns {
  /** How often the page has been told that the runs are others than it had asked for. */
  private revision = 0;
  private underWay: SetRuns | null = null;
  /** To be there once there is a device again. */
  private deferred: SetRuns | null = null;

  constructor(private readonly emit: (event: TrainingEvent) => void) {}

  /** Whether the page asked for these before it knew which runs there are. It has been told, and asks again. */
  isOutdated({ revision = this.revision, undo }: SetRuns): boolean {
    if (revision >= this.revision) return false;
    if (undo !== undefined) this.refuse(undo, t`Other runs have been opened in the meantime.`);
    return true;
  }

  /** The page has been told that the runs are those of a checkpoint. */
  resumed(): void {
    this.revision++;
  }

  begin(command: SetRuns): void {
    this.underWay = command;
  }

  refused = (event: Refused): void => {
    const undo = this.underWay?.undo;
    if (undo === undefined) this.emit(event);
    else this.refuse(undo, event.message);
  };

  /** They are there, or have been refused. Does nothing the second time. */
  end(areThere: boolean): void {
    const undo = this.underWay?.undo;
    this.underWay = null;
    if (areThere && undo !== undefined) this.emit({ type: 'undone', undo, whyNot: null });
  }

  /** There is no device. The page keeps the files of runs that are to be brought back, and can ask again. */
  defer(command = this.underWay): void {
    this.underWay = null;
    if (command === null) return;
    if (command.undo === undefined) this.deferred = command;
    else this.refuse(command.undo, t`The engine was lost. Restart the runs, then undo it again.`);
  }

  /** They could not be built, and not because the device was lost. */
  fail(why: string): void {
    const undo = this.underWay?.undo;
    this.underWay = null;
    if (undo !== undefined) this.refuse(undo, why);
  }

  takeDeferred(): SetRuns | null {
    const { deferred } = this;
    this.deferred = null;
    return deferred;
  }

  private refuse(undo: number, whyNot: string): void {
    this.revision++;
    this.emit({ type: 'undone', undo, whyNot });
  }
}
