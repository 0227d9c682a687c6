/** A file at a URL, read by HTTP range requests. */
import { DataError, reasonOf, sentence } from './dataError.ts';
import { cachedFile } from './imageCache.ts';
import { delay, readBody } from './httpBody.ts';
import { Patience } from './patience.ts';
import type { RandomAccessFile, SourceContext } from './types.ts';
import { t } from '../text/t.ts';

/** Fetched by the first request, which also tells the length: enough for the first row group of the public file. */
const HEAD_BYTES = 384 * 1024;
/** The public training file has 120 MB. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

type HttpContext = Pick<
  SourceContext,
  'fetch' | 'cache' | 'signal' | 'retryDelaysMs' | 'stallMs' | 'onBytes'
>;

interface RangeAnswer {
  readonly bytes: Uint8Array;
  /** Length of the whole file. */
  readonly total: number;
  readonly version: string;
  /** The URL that redirects led to. */
  readonly location: string;
}

/** A failure that may pass, so the request is tried again. */
class Transient extends Error {}

/**
 * Opens `url`. Only `bytes=a-b` ranges are sent, which need no CORS preflight. A server that ignores Range and sends the
 * whole file is read once, to the end. A file that does not answer is opened as far as its images are cached.
 * @throws DataError `unavailable` when the file is not there, `broken` when it is not a Parquet file.
 */
export async function openHttpFile(url: string, context: HttpContext): Promise<RandomAccessFile> {
  const { signal } = context;
  const firstDelays = context.retryDelaysMs.slice(0, 1);
  const head = await withRetries(firstDelays, context.stallMs, signal, (patience) =>
    requestRange(url, 0, HEAD_BYTES, context, patience, signal),
  ).catch(async (error: unknown) => {
    if (!(error instanceof Transient)) throw error;
    const cached = await cachedFile(context.cache, url);
    if (cached !== null) return cached;
    throw new DataError('unavailable', t`${url} does not answer (${error.message}).`);
  });
  if ('read' in head) return head;
  const { total, version } = head;
  if (total > MAX_FILE_BYTES) {
    throw new DataError(
      'broken',
      t`${url} has ${total} bytes, more than is plausible. Check the file.`,
    );
  }
  let location = head.location;

  const readOnce = async (
    start: number,
    end: number,
    patience: Patience,
    signal: AbortSignal | undefined,
  ) => {
    const asked = requestRange(location, start, end, context, patience, signal);
    const answer = await asked.catch((error) => {
      // Signed URLs that a redirect leads to expire: start from the original again.
      location = url;
      throw error instanceof DataError && error.kind === 'unavailable'
        ? new Transient(error.message, { cause: error })
        : error;
    });
    if (answer.total !== total || answer.version !== version) {
      throw new DataError(
        'broken',
        t`${url} changed while it was being read. Images read so far are kept; reload the page to start over with the new file.`,
      );
    }
    return answer.bytes;
  };

  return {
    name: url,
    byteLength: total,
    version,
    async read(start, end, signal) {
      if (end <= head.bytes.length) return head.bytes.slice(start, end);
      let attempts = 0;
      return withRetries(context.retryDelaysMs, context.stallMs, signal, (patience) => {
        attempts++;
        return readOnce(start, end, patience, signal);
      }).catch((error: unknown) => {
        throw error instanceof Transient ? interrupted(url, attempts, error) : error;
      });
    },
  };
}

const interrupted = (url: string, attempts: number, cause: Error): DataError =>
  new DataError(
    'interrupted',
    t`The connection to ${new URL(url).host} was interrupted (${cause.message}; ${attempts} attempts). Images read so far are kept; check the network and load again to fetch the rest.`,
    { cause },
  );

/**
 * Runs `attempt` again after each delay, as long as it fails with Transient and all attempts together have not stood
 * still for `stallMs`.
 */
async function withRetries<T>(
  delaysMs: readonly number[],
  stallMs: number,
  signal: AbortSignal | undefined,
  attempt: (patience: Patience) => Promise<T>,
): Promise<T> {
  const patience = new Patience(stallMs);
  for (const wait of delaysMs) {
    try {
      return await attempt(patience);
    } catch (error) {
      if (!(error instanceof Transient) || patience.leftMs <= wait) throw error;
      await delay(wait, signal);
    }
  }
  return attempt(patience);
}

/**
 * One request for bytes start … end−1 (fewer at the end of the file); a 200 answer gives the file from `start` on.
 * @throws Transient, DataError, or the signal's reason
 */
async function requestRange(
  url: string,
  start: number,
  end: number,
  context: HttpContext,
  patience: Patience,
  signal: AbortSignal | undefined,
): Promise<RangeAnswer> {
  const stall = new AbortController();
  const either = signal === undefined ? stall.signal : AbortSignal.any([signal, stall.signal]);
  const timer = setTimeout(() => stall.abort(new Transient(t`no answer`)), patience.attemptMs);
  let response: Response;
  try {
    response = await context.fetch(url, {
      headers: { Range: `bytes=${start}-${end - 1}` },
      credentials: 'omit',
      cache: 'no-store',
      signal: either,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw new Transient(stall.signal.aborted ? t`no answer` : reasonOf(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
  const { status } = response;
  if (status !== 200 && status !== 206) {
    await response.body?.cancel();
    const message = t`${url} answers ${`${status} ${response.statusText}`.trim()}`;
    throw status >= 500 || status === 429 || status === 408
      ? new Transient(message)
      : new DataError('unavailable', sentence(message));
  }
  const range = status === 206 ? parseContentRange(response.headers.get('Content-Range')) : null;
  if (status === 206 && (range === null || range.start !== start)) {
    await response.body?.cancel();
    throw new DataError(
      'broken',
      t`${url} sends a part without saying which (Content-Range missing or wrong). Its server must support, and for other origins expose, HTTP ranges.`,
    );
  }
  const expected = range === null ? null : range.end - range.start;
  const bytes = await readBody(response, {
    expected,
    limit: range === null ? MAX_FILE_BYTES : end - start,
    magic: start === 0 || range === null,
    patience,
    signal,
    onBytes: (count) => context.onBytes(count, 'network'),
  }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error instanceof DataError ? error : new Transient(reasonOf(error), { cause: error });
  });
  const total = range?.total ?? bytes.length;
  const tag = response.headers.get('ETag') ?? response.headers.get('Last-Modified') ?? '';
  return {
    // A complete body starts at 0, whatever range was requested.
    bytes: range === null && start > 0 ? bytes.slice(start, end) : bytes,
    total,
    version: `${tag}/${total}`,
    location: response.url === '' ? url : response.url,
  };
}

/** `bytes 0-99/1234` → start 0, end 100, total 1234. */
function parseContentRange(
  header: string | null,
): { start: number; end: number; total: number } | null {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header ?? '');
  if (match === null) return null;
  const [start, last, total] = match.slice(1).map(Number);
  if (start === undefined || last === undefined || total === undefined) return null;
  return start <= last && last < total ? { start, end: last + 1, total } : null;
}
