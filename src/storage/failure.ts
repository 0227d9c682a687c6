/** What can be wrong with the browser's storage, in four words, and which of them an error means. */

/**
 * `missing` – this browser, or a page that came over plain http, has no such storage.
 * `refused` – settings or a private window forbid it.
 * `full` – there is no room left.
 * `broken` – it failed otherwise, or does not answer.
 */
export type StorageFailure = 'missing' | 'refused' | 'full' | 'broken';

/** A failure of the browser's storage; `storageError.ts` makes them. Its message is for people, and never the browser's own. */
export class StorageError extends Error {
  override readonly name = 'StorageError';

  constructor(
    readonly failure: StorageFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Names of `DOMException`s, wherever they come from. */
const BY_NAME: Readonly<Record<string, StorageFailure>> = {
  QuotaExceededError: 'full',
  SecurityError: 'refused',
  NotAllowedError: 'refused',
  NotSupportedError: 'missing',
};

export function failureOf(error: unknown): StorageFailure {
  if (error instanceof StorageError) return error.failure;
  if (!(error instanceof Error)) return 'broken';
  // Chromium's IndexedDB, where site data is blocked: an `UnknownError` with this message.
  if (error.name === 'UnknownError' && /denied permission/i.test(error.message)) return 'refused';
  return BY_NAME[error.name] ?? 'broken';
}

/** Whether an error says that the browser has no room left for this page. */
export const isFull = (error: unknown): boolean => failureOf(error) === 'full';
