/** What can be wrong with the browser's storage, in four words, and which of them an error means. */

/**
 * `missing` – this browser, or a page that came over plain http, has no such storage.
 * `refused` – settings or a private window forbid it.
 * `full` – there is no room left.
 * `broken` – it failed otherwise, or does not answer.
 */
export type StorageFailure = 'missing' | 'refused' | 'full' | 'broken';

const REASONS: Readonly<Record<StorageFailure, string>> = {
  missing: 'this browser has no storage for it',
  refused: 'this browser’s settings forbid storing anything for this page',
  full: 'this browser has no room left for this page',
  broken: 'this browser’s storage failed',
};

/** A failure of the browser's storage. Its message is for people, and never the browser's own. */
export class StorageError extends Error {
  override readonly name = 'StorageError';

  constructor(
    readonly failure: StorageFailure,
    options?: ErrorOptions,
  ) {
    super(REASONS[failure], options);
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

export const storageError = (error: unknown): StorageError =>
  error instanceof StorageError ? error : new StorageError(failureOf(error), { cause: error });

/** A storage that has not opened by then is taken for broken; a busy disk takes a second or two. */
const PATIENCE_MS = 8_000;

/** @throws StorageError `broken` when `work` has not settled in time: some browsers' storage never answers. */
export async function inTime<T>(work: Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StorageError('broken')), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
