/** The training worker: messages in, events out. All that it does is in `session.ts`. */
import { reasonOf } from '../data/dataError.ts';
import { openEngine } from '../engine/engines.ts';
import { indexedDbStore } from '../engine/webgpu/tuner/indexedDbStore.ts';
import { checkpointFolder } from './checkpoint/folder.ts';
import { parseCommand } from './commands.ts';
import { transferables } from './metrics.ts';
import type { TrainingEvent } from './protocol.ts';
import { TrainingSession } from './trainingSession.ts';
import { TrainingLock } from './trainingLock.ts';

const lock = new TrainingLock(globalThis.navigator.locks);

const emit = (event: TrainingEvent): void => {
  if (event.type === 'state') lock.hold(event.state === 'training');
  globalThis.postMessage(event, { transfer: transferables(event) });
};

const session = new TrainingSession({
  emit,
  openEngine,
  // Missing where the page did not come over HTTPS or from localhost.
  data: { cache: globalThis.caches ?? null },
  keeper: { folder: () => checkpointFolder(navigator.storage), locks: navigator.locks },
  tuningStore: indexedDbStore(),
});

globalThis.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  try {
    session.handle(parseCommand(data));
  } catch (error) {
    emit({ type: 'failed', message: reasonOf(error) });
  }
});

globalThis.addEventListener('unhandledrejection', ({ reason }) => {
  emit({ type: 'failed', message: reasonOf(reason) });
});

session.serve();
