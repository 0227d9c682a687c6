import { t } from '../text/t.ts';

/**
 * `unavailable` – the source is not there; another may be tried.
 * `interrupted` – it stopped answering midway.
 * `broken` – what it sent is malformed.
 * `unsupported` – this kind of data cannot be used here.
 */
type DataErrorKind = 'unavailable' | 'interrupted' | 'broken' | 'unsupported';

/** A failure of a data source. The message says what happened, what it means and what to do. */
export class DataError extends Error {
  override readonly name = 'DataError';
  readonly kind: DataErrorKind;

  constructor(kind: DataErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The message of anything thrown. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** With the full stop that some reasons have. */
export const sentence = (reason: string): string =>
  /[.。]$/.test(reason) ? reason : t`${reason}.`;
