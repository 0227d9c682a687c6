/** The library's worker as the page sees it. */
import { WorkerClient } from '../../rpc/rpc.ts';
import { type StorageTrouble, tell } from '../../storage/troubles.ts';
import type { LibraryApi } from './libraryService.ts';
import { language } from '../../text/language.ts';
import { t } from '../../text/t.ts';

type Client = WorkerClient<LibraryApi, 'changed' | StorageTrouble>;
export type LibraryClient = Pick<Client, 'call'>;

/** The worker starts with the first call. @param onChanged called when another page has changed the library. */
export function createLibraryClient(onChanged: () => void): LibraryClient {
  const client: Client = new WorkerClient({
    create: () =>
      new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: language }),
    onEvent: (event) => (event === 'changed' ? onChanged() : tell(event)),
    onCrash: (reason) => client.end(t`the library’s worker stopped: ${reason}`),
  });
  return client;
}
