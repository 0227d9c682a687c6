/** The training worker: commands in, events out. What it does is in `trainingSession.ts`. */
import { reasonOf } from '../data/dataError.ts';
import { keptInBrowser } from '../data/own/keptInBrowser.ts';
import { openEngine } from '../engine/engines.ts';
import { indexedDbStore } from '../engine/webgpu/tuner/indexedDbStore.ts';
import { postEvent, serve } from '../rpc/rpc.ts';
import { browserCaches } from '../storage/cache.ts';
import { privateFolder } from '../storage/folder.ts';
import { browserLocks } from '../storage/locks.ts';
import { onTrouble } from '../storage/troubles.ts';
import { transferables } from './metrics.ts';
import type { Command } from './protocol/commands.ts';
import type { TrainingEvent } from './protocol/events.ts';
import type { RunId } from './runIdentity.ts';
import { TrainingLock } from './trainingLock.ts';
import { TrainingSession } from './trainingSession.ts';

const lock = new TrainingLock(browserLocks());

const emit = (event: TrainingEvent): void => {
  if (event.type === 'state') lock.hold(event.state === 'training');
  postEvent(event, transferables(event));
};

const session = new TrainingSession({
  emit,
  openEngine,
  data: { cache: browserCaches(), kept: keptInBrowser },
  keeper: { folder: () => privateFolder('checkpoints', 'checkpoints'), locks: browserLocks() },
  tuningStore: indexedDbStore(),
});

const api = {
  handle: (command: Command) => session.handle(command),
  saveRun: (id: RunId) => session.saveRun(id),
  keepNow: () => session.keepNow(),
};
export type TrainingApi = typeof api;

serve(api, reasonOf, { saveRun: (file) => (file === null ? [] : [file]) });

onTrouble((trouble) => emit({ type: 'storageTrouble', trouble }));

globalThis.addEventListener('unhandledrejection', ({ reason }) => {
  emit({ type: 'failed', message: reasonOf(reason) });
});

session.serve();
