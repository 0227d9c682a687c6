/** The worker that keeps runs, so that no file is read, checked or written on the page. All it does is in `desk.ts`. */

import { buffersIn } from '../../training/metrics.ts';
import { type Answer, LibraryService } from './libraryService.ts';
import { requestSchema } from './messages.ts';
import { indexedDbLibrary } from './store.ts';

const desk = new LibraryService(indexedDbLibrary());
/** Pages of the same browser tell each other. */
const channel = new BroadcastChannel('run-library');
const CHANGES: ReadonlySet<string> = new Set(['keep', 'update', 'remove', 'setBaseline']);

const transferables = (answer: Answer): Transferable[] => {
  switch (answer.type) {
    case 'history':
      return buffersIn(answer.history);
    case 'tensors':
      return answer.tensors.map(({ data }) => data.buffer);
    case 'file':
      return [answer.bytes];
    case 'failed':
      return answer.file === null ? [] : [answer.file];
    default:
      return [];
  }
};

globalThis.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  // Thrown here, an error reaches the page as the worker's.
  const { request, body } = requestSchema.parse(data);
  desk.answer(body).then((answer) => {
    globalThis.postMessage({ ...answer, request }, { transfer: transferables(answer) });
    if (CHANGES.has(body.type) && answer.type !== 'failed') channel.postMessage('changed');
  });
});

channel.addEventListener('message', () => globalThis.postMessage({ type: 'changed' }));
