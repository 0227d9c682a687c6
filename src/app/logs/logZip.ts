/** Everything that runs have measured, in the formats of those who go on with it, as one zip. */
import { strToU8, Zip, ZipDeflate } from 'fflate';
import { metricsCsv } from '../csv.ts';
import type { Placed } from '../xAxis.ts';
import { eventFileName, eventRecords } from './tensorboard.ts';
import { trackioCsv } from './trackio.ts';

export interface ZippedRun extends Placed {
  readonly name: string;
  /** The run as `runJson` writes it; null where it has made no step. */
  readonly json: Uint8Array | null;
}

interface Member {
  readonly path: string;
  readonly parts: Iterable<Uint8Array | string>;
}

const README = `metrics.csv: every series of every run, one line per run and step
runs/: each run with its config, as JSON that explains itself
tensorboard/: tensorboard --logdir tensorboard
trackio/: python -c "import trackio; trackio.import_csv('trackio/RUN.csv', project='residual-playground')"
`;

/** @param nowMs since 1970: when the last of the steps was made, for all that a history tells. */
export function logMembers(runs: readonly ZippedRun[], nowMs: number): Member[] {
  const folders = folderNames(runs.map(({ name }) => name));
  return [
    { path: 'README.txt', parts: [README] },
    { path: 'metrics.csv', parts: metricsCsv(runs) },
    ...runs.flatMap((run, i): Member[] => {
      const folder = folders[i] ?? '';
      const startMs = nowMs - (run.history.latest?.elapsedMs ?? 0);
      const events = `tensorboard/${folder}/${eventFileName(startMs)}`;
      return [
        ...(run.json === null ? [] : [{ path: `runs/${folder}.json`, parts: [run.json] }]),
        { path: events, parts: eventRecords(run, startMs) },
        { path: `trackio/${folder}.csv`, parts: trackioCsv(run, startMs) },
      ];
    }),
  ];
}

/** Names that every file system takes, no two alike. */
function folderNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain =
      name.replaceAll(/[^\p{L}\p{N}.]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, '') || 'run';
    let own = plain;
    for (let n = 2; taken.has(own.toLowerCase()); n++) own = `${plain}-${n}`;
    taken.add(own.toLowerCase());
    return own;
  });
}

/** Milliseconds at a stretch, and bytes that are compressed at a time. */
const SLICE_MS = 12;
const CHUNK_BYTES = 1 << 16;
/** The same runs give the same bytes. */
const MODIFIED = new Date(1980, 0, 1);

/** The zip in parts for a file, made in slices between which the page answers. */
export async function zippedInSlices(
  members: readonly Member[],
): Promise<Uint8Array<ArrayBuffer>[]> {
  const zipped: Uint8Array<ArrayBuffer>[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, part) => {
    if (error !== null) failure = error;
    else zipped.push(part.slice());
  });
  let startMs = performance.now();
  for (const { path, parts } of members) {
    const file = new ZipDeflate(path, { level: 6 });
    file.mtime = MODIFIED;
    zip.add(file);
    for (const chunk of chunksOf(parts)) {
      file.push(chunk);
      if (performance.now() - startMs < SLICE_MS) continue;
      await new Promise((resolve) => setTimeout(resolve, 0));
      startMs = performance.now();
    }
    file.push(new Uint8Array(), true);
  }
  zip.end();
  if (failure !== null) throw failure;
  return zipped;
}

/** The same bytes in pieces of about `CHUNK_BYTES`. */
function* chunksOf(parts: Iterable<Uint8Array | string>): Generator<Uint8Array> {
  let chunk = new Uint8Array(CHUNK_BYTES);
  let filled = 0;
  for (const part of parts) {
    let rest = typeof part === 'string' ? strToU8(part) : part;
    while (rest.length > 0) {
      const taken = rest.subarray(0, CHUNK_BYTES - filled);
      chunk.set(taken, filled);
      filled += taken.length;
      rest = rest.subarray(taken.length);
      if (filled < CHUNK_BYTES) continue;
      yield chunk;
      chunk = new Uint8Array(CHUNK_BYTES);
      filled = 0;
    }
  }
  yield chunk.subarray(0, filled);
}
