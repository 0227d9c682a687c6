/** The import worker as the page sees it. */
import { WorkerClient } from '../../rpc/rpc.ts';
import { WeightsError } from '../weightsError.ts';
import type { ImportApi } from './importService.ts';
import { language } from '../../text/language.ts';
import { t } from '../../text/t.ts';

export type Importer = WorkerClient<ImportApi>;

/** Calls fail with a `WeightsError`. The worker starts with the first call; `end` frees it and its file. */
export function createImporter(): Importer {
  const importer: Importer = new WorkerClient({
    create: () =>
      new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: language }),
    failure: (message) => new WeightsError(message),
    onCrash: (reason) =>
      importer.end(t`the reader stopped, perhaps because memory ran out: ${reason}`),
  });
  return importer;
}
