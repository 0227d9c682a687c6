/** Reading a response's body with limits: bytes, stalls, and an early look at its first four bytes. */
import { DataError } from './dataError.ts';
import type { Patience } from './patience.ts';
import { t } from '../text/t.ts';

interface BodyOptions {
  /** Exact length, if known. */
  readonly expected: number | null;
  /** Most bytes to accept. */
  readonly limit: number;
  /** The body starts at a Parquet file's first byte, so anything that is not Parquet is refused at once. */
  readonly magic: boolean;
  /** How long to wait for the next byte. */
  readonly patience: Patience;
  readonly signal: AbortSignal | undefined;
  onBytes(count: number): void;
}

const PARQUET_MAGIC = [0x50, 0x41, 0x52, 0x31];

export const hasParquetMagic = (bytes: Uint8Array): boolean =>
  PARQUET_MAGIC.every((byte, i) => bytes[i] === byte);

/**
 * The body's bytes.
 * @throws DataError when it is not Parquet or too long; Error when it breaks off or stalls; the signal's reason
 */
export async function readBody(response: Response, options: BodyOptions): Promise<Uint8Array> {
  const { expected, limit } = options;
  const reader = (response.body ?? new Blob().stream()).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  let checked = !options.magic;
  try {
    for (;;) {
      const { done, value } = await withStallLimit(reader.read(), options.patience.attemptMs);
      options.signal?.throwIfAborted();
      if (done) break;
      parts.push(value);
      length += value.length;
      options.onBytes(value.length);
      options.patience.arrived(length);
      if (!checked && length >= PARQUET_MAGIC.length) {
        checked = true;
        if (!hasParquetMagic(join(parts, length))) throw notParquet(response);
      }
      if (length > limit) {
        throw new DataError(
          'broken',
          t`${response.url} sends more than it announced. Check its server.`,
        );
      }
    }
  } finally {
    // Frees the connection when leaving early; does nothing after the end.
    reader.cancel().catch(() => undefined);
  }
  const announced = expected ?? announcedLength(response);
  if (announced !== null && length !== announced) {
    throw new Error(t`${length} of ${announced} bytes arrived`);
  }
  if (!checked) throw notParquet(response);
  return join(parts, length);
}

/** Content-Length, unless a content encoding makes it count other bytes. */
function announcedLength({ headers }: Response): number | null {
  const length = headers.get('Content-Length');
  return length === null || headers.get('Content-Encoding') !== null ? null : Number(length);
}

/** A web page instead of the file means that there is no file; anything else means that it is damaged. */
function notParquet(response: Response): DataError {
  const isPage = response.headers.get('Content-Type')?.includes('text/html') ?? false;
  return isPage
    ? new DataError('unavailable', t`${response.url} is a web page, not a data file.`)
    : new DataError(
        'broken',
        t`${response.url} is not a Parquet file (it does not start with PAR1). Replace the file, or remove it to use the public data set.`,
      );
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

async function withStallLimit<T>(promise: Promise<T>, stallMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(t`no data for ${Math.round(stallMs / 100) / 10} s`)),
      stallMs,
    );
  });
  try {
    return await Promise.race([promise, stalled]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits `ms`. @throws the signal's reason when aborted */
export function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
