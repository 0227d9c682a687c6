/** The worker for one's own images as the page sees it. */
import { WorkerClient } from '../../rpc/rpc.ts';
import { type StorageTrouble, tell } from '../../storage/troubles.ts';
import type { ImagesApi } from './worker.ts';
import { language } from '../../text/language.ts';
import { t } from '../../text/t.ts';

/** How far reading is, or what could not be stored. */
type ImagesEvent = string | StorageTrouble;
export type ImagesClient = WorkerClient<ImagesApi, ImagesEvent>;

/** @param onProgress told how far reading is. */
export function createImagesClient(onProgress: (text: string) => void): ImagesClient {
  const client: ImagesClient = new WorkerClient({
    create: () =>
      new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: language }),
    onEvent: (event) => (typeof event === 'string' ? onProgress(event) : tell(event)),
    onCrash: (reason) => client.end(t`The images could not be read: ${reason}`),
  });
  return client;
}
