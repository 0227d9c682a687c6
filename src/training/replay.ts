/**
 * How training events change the runs' measurements. Worker and page each apply every event to their own histories, and
 * nothing else adds to a history, so both hold the same measurements.
 */
import { RunHistory } from './history.ts';
import type { TrainingEvent } from './protocol/events.ts';
import type { RunId } from './runIdentity.ts';

export interface Histories {
  get(id: RunId): RunHistory | undefined;
  set(id: RunId, history: RunHistory): unknown;
}

/** @returns whether the event changed a history. */
export function replay(event: TrainingEvent, histories: Histories): boolean {
  switch (event.type) {
    case 'prepared': {
      // A net rebuilt for a switched shortcut may have other parameters, and keeps its past.
      const before = histories.get(event.id) ?? new RunHistory(event);
      histories.set(event.id, before.withLayers(event));
      return true;
    }
    case 'metrics':
      histories.get(event.batch.id)?.append(event.batch);
      return true;
    case 'evaluated':
      histories.get(event.id)?.evaluated(event);
      return true;
    case 'changed':
    case 'restored': {
      // A diverged run shows what it measured after its last good step.
      if (event.status === 'diverged') return true;
      const history = histories.get(event.id);
      if ((history?.latest?.step ?? -1) >= event.step) history?.truncateFrom(event.step);
      return true;
    }
    case 'reset':
    case 'weightsLoaded':
      histories.get(event.id)?.clear();
      return true;
    case 'resumed':
    case 'revived': {
      const runs = event.type === 'revived' ? [event.run] : event.runs;
      for (const { id, history, ...names } of runs) {
        histories.set(id, RunHistory.from(names, structuredClone(history)));
      }
      return true;
    }
    default:
      return false;
  }
}
