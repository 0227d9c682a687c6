/** The training worker as the page sees it. */
import type { Command, TrainingEvent } from './protocol.ts';

export type TrainingListener = (event: TrainingEvent) => void;

export interface Trainer {
  send(command: Command): void;
  /** @returns what ends the subscription. */
  subscribe(listener: TrainingListener): () => void;
  /** Ends the worker, and with it training. */
  dispose(): void;
}

const EVENT_TYPES: Readonly<Record<TrainingEvent['type'], true>> = {
  ready: true,
  unsupported: true,
  engineRefused: true,
  prepared: true,
  refused: true,
  state: true,
  metrics: true,
  evaluated: true,
  changed: true,
  weights: true,
  profiled: true,
  exportFailed: true,
  predicted: true,
  studyProgress: true,
  studyDone: true,
  studyFailed: true,
  studyCancelled: true,
  data: true,
  dataFailed: true,
  diverged: true,
  restored: true,
  weightsLoaded: true,
  reset: true,
  finished: true,
  deviceLost: true,
  runSaved: true,
  checkpointFound: true,
  checkpointKept: true,
  checkpointFile: true,
  checkpointFailed: true,
  resumed: true,
  failed: true,
};

/** Whether a message is an event of ours; the worker is built with the page, so its type decides. */
export function isTrainingEvent(message: unknown): message is TrainingEvent {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  return typeof message.type === 'string' && Object.hasOwn(EVENT_TYPES, message.type);
}

const CRASHED =
  'The training worker stopped, and what was not exported is lost. Reload the page to start again. It said: ';

/**
 * Starts the worker. A worker that crashes, or a message that can't be read, becomes a `failed` event.
 * @param worker instead of the real one, in tests.
 */
export function createTrainer(
  worker: Worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
): Trainer {
  const listeners = new Set<TrainingListener>();
  const emit = (event: TrainingEvent): void => {
    for (const listener of listeners) listener(event);
  };
  worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isTrainingEvent(data)) emit(data);
    else emit({ type: 'failed', message: 'The training worker sent what the page can’t read.' });
  });
  worker.addEventListener('messageerror', () => {
    emit({ type: 'failed', message: 'A message of the training worker could not be read.' });
  });
  worker.addEventListener('error', (event) => {
    emit({ type: 'failed', message: `${CRASHED}${event.message || 'nothing'}` });
  });
  return {
    send: (command) => worker.postMessage(command),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      listeners.clear();
      worker.terminate();
    },
  };
}
