/** The publishing worker as the page sees it. */
import { WorkerClient } from '../../rpc/rpc.ts';
import type { PublishProgress } from './hub.ts';
import type { PublishApi } from './publishService.ts';
import { language } from '../../text/language.ts';
import { t } from '../../text/t.ts';

export type Publisher = WorkerClient<PublishApi, PublishProgress>;

/** The worker starts with the first call; nothing is requested before. */
export function createPublisher(onProgress: (progress: PublishProgress) => void): Publisher {
  const publisher: Publisher = new WorkerClient({
    create: () =>
      new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: language }),
    onEvent: onProgress,
    onCrash: (reason) => publisher.end(t`Publishing stopped: ${reason}`),
  });
  return publisher;
}
