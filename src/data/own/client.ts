/** The worker for one's own images as the page sees it. */
import { WorkerClient } from '../../rpc/rpc.ts';
import type { ImagesApi } from './worker.ts';

export type ImagesClient = WorkerClient<ImagesApi, string>;

/** @param onProgress told how far reading is. */
export function createImagesClient(onProgress: (text: string) => void): ImagesClient {
  const client: ImagesClient = new WorkerClient({
    create: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
    onEvent: onProgress,
    onCrash: (reason) => client.end(`The images could not be read: ${reason}`),
  });
  return client;
}
