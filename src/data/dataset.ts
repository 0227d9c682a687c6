/**
 * Opens a data set and streams its images: `for await (const chunk of openDataset(request, deps))`.
 * Runs in a worker and in Node alike.
 */
import { ChunkError, loadChunk } from '../chunk.ts';
import { DataError } from './dataError.ts';
import { type Codecs, webCodecs } from './image/codecs.ts';
import type {
  ChunkSpan,
  DataProgress,
  DataRequest,
  DatasetInfo,
  ImageChunk,
  KeptSets,
  OpenSource,
  Source,
  SourceContext,
  Split,
} from './types.ts';
import { t } from '../text/t.ts';

/** Training images that arrive before the first test image. */
const TRAIN_FIRST = 1000;
/** Chunks fetched ahead of the one being decoded. */
const AHEAD = 2;
const RETRY_DELAYS_MS = [500, 1500, 4000];
const STALL_MS = 20_000;

export interface DatasetDeps {
  /** The page's base URL (`document.baseURI`); null in Node. */
  readonly baseUrl: string | null;
  readonly fetch?: typeof fetch;
  /** `globalThis.caches`, which insecure origins lack. */
  readonly cache?: CacheStorage | null;
  readonly kept?: KeptSets | null;
  /** Those of the page where left out. */
  readonly codecs?: Codecs;
  readonly signal?: AbortSignal;
  /** Called whenever bytes or a chunk arrive. */
  readonly onProgress?: (progress: DataProgress) => void;
  /** Used instead of the registered sources: a local folder, a test server. */
  readonly sources?: readonly Source[];
  readonly retryDelaysMs?: readonly number[];
  readonly stallMs?: number;
}

/** Images of one data set. Iterate once. */
interface Dataset extends AsyncIterable<ImageChunk> {
  /** Known before the first chunk. Rejects with DataError when no source can be opened. */
  readonly info: Promise<DatasetInfo>;
  /** The latest progress. */
  readonly progress: DataProgress;
}

interface Job {
  readonly split: Split;
  readonly span: ChunkSpan;
  /** At most `span.count`: the last chunk may hold more images than requested. */
  readonly count: number;
}

/**
 * Starts opening at once. Training images come in order and so do test images, interleaved so that training can start
 * early. The iterator throws DataError if the source fails; what it has delivered stays valid.
 */
export function openDataset(request: DataRequest, deps: DatasetDeps): Dataset {
  let progress: DataProgress = {
    trainImages: 0,
    testImages: 0,
    bytesFetched: 0,
    bytesFromCache: 0,
    done: false,
  };
  const report = (change: Partial<DataProgress>) => {
    progress = { ...progress, ...change };
    deps.onProgress?.(progress);
  };
  const context: SourceContext = {
    fetch: deps.fetch ?? globalThis.fetch.bind(globalThis),
    baseUrl: deps.baseUrl,
    cache: deps.cache ?? null,
    kept: deps.kept ?? null,
    codecs: deps.codecs ?? webCodecs,
    signal: deps.signal,
    retryDelaysMs: deps.retryDelaysMs ?? RETRY_DELAYS_MS,
    stallMs: deps.stallMs ?? STALL_MS,
    onBytes: (bytes, from) =>
      report(
        from === 'network'
          ? { bytesFetched: progress.bytesFetched + bytes }
          : { bytesFromCache: progress.bytesFromCache + bytes },
      ),
  };
  const opened = (deps.sources === undefined ? registered(request) : Promise.resolve(deps.sources))
    .then((sources) => openFirst(sources, request, context))
    .catch((error: unknown) => Promise.reject(withoutChunks(error)));
  const jobs = opened.then(({ source }) => schedule(source, request));
  const info = Promise.all([opened, jobs]).then(([{ source, unavailable }, list]) => ({
    ...source.description,
    train: imagesOf(list, 'train'),
    test: imagesOf(list, 'test'),
    unavailable,
  }));
  // The iterator throws the same error, so nobody has to await `info`.
  info.catch(() => undefined);

  return {
    info,
    get progress() {
      return progress;
    },
    async *[Symbol.asyncIterator]() {
      const { source } = await opened;
      try {
        for await (const chunk of load(source, await jobs, deps.signal)) {
          const name = chunk.split === 'train' ? 'trainImages' : 'testImages';
          report({ [name]: chunk.start + chunk.count });
          yield chunk;
        }
      } catch (error) {
        throw withoutChunks(error);
      }
      report({ done: true });
    },
  };
}

/** Code that could not be fetched is no fault of the images, whatever was being read with it. */
function withoutChunks(error: unknown): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ChunkError) {
      return new DataError('interrupted', cause.message, { cause: error });
    }
  }
  return error;
}

/** The registered sources. Readers of files are a third of what training needs: they are fetched when images are. */
const registered = async ({ source }: DataRequest): Promise<readonly Source[]> =>
  (await loadChunk(() => import('./sources.ts'))).SOURCES[source];

/** The first available source. @throws DataError of a source that must not be skipped, or of the last one */
async function openFirst(
  sources: readonly Source[],
  request: DataRequest,
  context: SourceContext,
): Promise<{ source: OpenSource; unavailable: string[] }> {
  const unavailable: string[] = [];
  for (const candidate of sources) {
    try {
      return { source: await candidate.open(request, context), unavailable };
    } catch (error) {
      if (!(error instanceof DataError) || error.kind !== 'unavailable') throw error;
      unavailable.push(error.message);
    }
  }
  throw new DataError('unavailable', t`No images: ${unavailable.join(' ')}`);
}

/** The order of chunks: the first training images, then both splits in turn, then the rest. */
function schedule(source: OpenSource, request: DataRequest): Job[] {
  const train = jobsOf('train', source.train.chunks, request.train);
  const test = jobsOf('test', source.test.chunks, request.test);
  const jobs: Job[] = [];
  let first = train.findIndex(({ span }) => span.start + span.count >= TRAIN_FIRST) + 1;
  if (first === 0) first = train.length;
  jobs.push(...train.splice(0, first));
  while (train.length + test.length > 0) {
    jobs.push(...test.splice(0, 1), ...train.splice(0, 1));
  }
  return jobs;
}

const jobsOf = (split: Split, chunks: readonly ChunkSpan[], wanted: number): Job[] =>
  chunks
    .filter(({ start }) => start < wanted)
    .map((span) => ({ split, span, count: Math.min(span.count, wanted - span.start) }));

const imagesOf = (jobs: readonly Job[], split: Split): number =>
  jobs.reduce((sum, job) => sum + (job.split === split ? job.count : 0), 0);

/** Decodes the jobs in order while the next `AHEAD` are being fetched. */
async function* load(
  source: OpenSource,
  jobs: readonly Job[],
  signal: AbortSignal | undefined,
): AsyncGenerator<ImageChunk> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const start = (job: Job) => {
    const fetched = source[job.split].fetch(job.span, either);
    // It may fail before its turn; the error is thrown when its turn comes.
    fetched.catch(() => undefined);
    return { job, fetched };
  };
  const running: ReturnType<typeof start>[] = [];
  try {
    for (let next = 0; next < jobs.length || running.length > 0; ) {
      for (const job of jobs.slice(next, next + 1 + AHEAD - running.length)) {
        running.push(start(job));
        next++;
      }
      const first = running.shift();
      if (first === undefined) break;
      const { split, span, count } = first.job;
      const decode = await first.fetched;
      const { pixels, labels } = await decode();
      signal?.throwIfAborted();
      const bytes = (pixels.length / span.count) * count;
      yield {
        split,
        start: span.start,
        count,
        pixels: pixels.subarray(0, bytes),
        labels: labels.subarray(0, count),
      };
    }
  } finally {
    stop.abort();
  }
}
