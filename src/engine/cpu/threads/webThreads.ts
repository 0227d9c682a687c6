/** Worker threads in a browser; their memory is shared, which needs cross-origin isolation. */
import type { Thread } from './thread.ts';
import { t } from '../../../text/t.ts';

export function openWebThread(): Thread {
  const worker = new Worker(new URL('./webWorker.js', import.meta.url), { type: 'module' });
  return {
    post: (message) => worker.postMessage(message),
    onFailure(report) {
      worker.onerror = ({ message }) => report(message || t`a worker thread failed`);
    },
    terminate: () => worker.terminate(),
  };
}
