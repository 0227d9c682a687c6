/** The training worker as the page sees it. */
import { type PageEnd, WorkerClient } from '../rpc/rpc.ts';
import { browserLocks } from '../storage/locks.ts';
import { PageLock } from './pageLock.ts';
import type { Command } from './protocol/commands.ts';
import type { TrainingEvent } from './protocol/events.ts';
import type { RunId } from './runIdentity.ts';
import type { TrainingApi } from './worker.ts';
import { language } from '../text/language.ts';
import { t } from '../text/t.ts';

type TrainingListener = (event: TrainingEvent) => void;

export interface TrainingClient {
  send(command: Command): void;
  /** One run as a checkpoint file, to be stored when it is gone; null where it would start anew just as it is. */
  saveRun(id: RunId): Promise<ArrayBuffer | null>;
  /** Has a checkpoint of this moment kept. @returns whether nothing would be lost by a reload. */
  keepNow(): Promise<boolean>;
  /** @returns what ends the subscription. */
  subscribe(listener: TrainingListener): () => void;
  /** Ends the worker, and with it training. */
  dispose(): void;
}

/**
 * Starts the worker. A worker that crashes, or a message that can't be read, becomes a `failed` event.
 * @param worker instead of the real one, in tests.
 */
export function createTrainer(
  worker: PageEnd = new Worker(new URL('./worker.ts', import.meta.url), {
    type: 'module',
    name: language,
  }),
): TrainingClient {
  const listeners = new Set<TrainingListener>();
  const lock = new PageLock(browserLocks());
  const emit = (event: TrainingEvent): void => {
    if (event.type === 'trainingBegun') lock.hold(event.lineage);
    for (const listener of listeners) listener(event);
  };
  const fail = (message: string): void => emit({ type: 'failed', message });
  const client = new WorkerClient<TrainingApi, TrainingEvent>({
    create: () => worker,
    onEvent: emit,
    onCrash: (reason) => fail(t`The training worker stopped. It said: ${reason}`),
    onForeign: () => fail(t`The page could not read a message from the training worker.`),
  });
  client.start();
  return {
    send: (command) => void client.call('handle', command).catch(({ message }) => fail(message)),
    saveRun: (id) => client.call('saveRun', id),
    keepNow: () => client.call('keepNow'),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      listeners.clear();
      lock.end();
      client.end(t`Training has ended.`);
    },
  };
}
