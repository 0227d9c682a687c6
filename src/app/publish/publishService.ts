/** What the publishing worker answers: hashing and uploading happen in there, away from the page. */
import { reasonOf } from '../../data/dataError.ts';
import { accountOf, type PublishProgress, type PublishRequest, publish } from './hub.ts';

export type PublishApi = ReturnType<typeof publishService>;

/** @param hubUrl another hub, in tests. */
export function publishService(onProgress: (progress: PublishProgress) => void, hubUrl?: string) {
  /** Repositories that an attempt made before it failed: the next one goes on with them. */
  const made = new Set<string>();
  return {
    account: (token: string) => accountOf(token, hubUrl),
    async publish(request: PublishRequest): Promise<string> {
      const { repo } = request;
      const onMade = () => void made.add(repo);
      const url = await publish(request, { isMade: made.has(repo), onMade }, onProgress, hubUrl);
      made.delete(repo);
      return url;
    },
  };
}

export const publishFailure = reasonOf;
