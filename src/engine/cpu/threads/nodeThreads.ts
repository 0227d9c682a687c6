/** Worker threads in Node. */
import { Worker } from 'node:worker_threads';
import type { Thread } from './thread.ts';

export function openNodeThread(): Thread {
  const worker = new Worker(new URL('./nodeWorker.js', import.meta.url));
  // A pool that nobody destroyed must not keep the process alive.
  worker.unref();
  let isStopped = false;
  return {
    post: (message) => worker.postMessage(message),
    onFailure(report) {
      worker.on('error', (error) => report(String(error)));
      worker.on('exit', (code) => {
        if (!isStopped) report(`a worker thread ended with code ${code}`);
      });
    },
    terminate() {
      isStopped = true;
      void worker.terminate();
    },
  };
}
