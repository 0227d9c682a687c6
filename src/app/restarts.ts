/**
 * Which measurements count. The worker trains on until it gets to a command that restarts runs, so what it measured before
 * can arrive after the page has forgotten those runs' past. Commands that restart runs are numbered, and measurements
 * carry the number of the last one that the worker had carried out.
 */
import type { RunConfig } from '../model/config.ts';
import type { Command } from '../training/protocol/commands.ts';
import type { TrainingEvent } from '../training/protocol/events.ts';
import type { RunId } from '../training/runIdentity.ts';
import { discardedBy } from './library/discardedRuns.ts';

export class Restarts {
  #count = 0;
  /** The last restart of each run. */
  readonly #of = new Map<RunId, number>();

  /** The command as it is to be sent. @param training the runs that the worker has. */
  numbered(command: Command, training: ReadonlyMap<RunId, RunConfig>): Command {
    const restarted = discardedBy(command, training);
    if (restarted.length === 0) return command;
    const restart = ++this.#count;
    for (const id of restarted) this.#of.set(id, restart);
    switch (command.type) {
      case 'setRuns':
      case 'reset':
      case 'loadWeights':
      case 'restore':
      case 'resume':
        return { ...command, restart };
      default:
        return command;
    }
  }

  /** Whether the event measures what a run did before it was restarted. */
  isVoid(event: TrainingEvent): boolean {
    if (!('restart' in event) || event.restart === undefined) return false;
    const id = event.type === 'metrics' ? event.batch.id : event.id;
    return event.restart < (this.#of.get(id) ?? 0);
  }

  /** Another worker counts from the beginning. */
  forget(): void {
    this.#count = 0;
    this.#of.clear();
  }
}
