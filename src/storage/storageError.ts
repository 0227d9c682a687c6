/** Failures of the browser's storage, in words for people. Apart from `failure.ts`, which is there before the page has a language. */
import { t } from '../text/t.ts';
import { failureOf, StorageError, type StorageFailure } from './failure.ts';

const REASONS: Readonly<Record<StorageFailure, string>> = {
  missing: t`this browser has no storage for it`,
  refused: t`this browser’s settings forbid storing anything for this page`,
  full: t`this browser has no room left for this page`,
  broken: t`this browser’s storage failed`,
};

export const failed = (failure: StorageFailure, options?: ErrorOptions): StorageError =>
  new StorageError(failure, REASONS[failure], options);

export const storageError = (error: unknown): StorageError =>
  error instanceof StorageError ? error : failed(failureOf(error), { cause: error });

/** A storage that has not opened by then is taken for broken; a busy disk takes a second or two. */
const PATIENCE_MS = 8_000;

/** @throws StorageError `broken` when `work` has not settled in time: some browsers' storage never answers. */
export async function inTime<T>(work: Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(failed('broken')), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
