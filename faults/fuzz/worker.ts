/** A thread that feeds one parser. It says which input it is at, so that one it hangs on can be named. */
import { parentPort, workerData } from 'node:worker_threads';
import { streamOf } from '../../src/model/random.ts';
import type { Job, Outcome } from './job.ts';
import { Draws } from './mutate.ts';
import { PARSERS } from './parsers.ts';

/** Memory is looked at after so many inputs, and after each that took long. */
const LOOK_EVERY = 256;
const LONG_MS = 5;

const { name, seed, first, count, position }: Job = workerData;
const parser = PARSERS.find((candidate) => candidate.name === name);
if (parser === undefined) throw new Error(`no parser ${name}`);
const place = new Int32Array(position);
const stream = streamOf(name);
const allowed = new Set(parser.refusals);

const read = await parser.open();
const outcome: Outcome = { read: 0, refused: 0, crashes: [], mostBytes: 0, slowestMs: 0 };
const kinds = new Set<string>();
const atStart = bytesInUse();
const started = performance.now();
for (let i = first; i < first + count; i++) {
  Atomics.store(place, 0, i);
  const beforeMs = performance.now();
  try {
    const result = read(new Draws(seed ^ i, (stream + i) >>> 0));
    if (result instanceof Promise) await result;
    outcome.read++;
  } catch (error) {
    if (error instanceof Error && allowed.has(error.name) && error.message !== '')
      outcome.refused++;
    else crashed(i, error);
  }
  const tookMs = performance.now() - beforeMs;
  outcome.slowestMs = Math.max(outcome.slowestMs, tookMs);
  if (tookMs > LONG_MS || i % LOOK_EVERY === 0) {
    outcome.mostBytes = Math.max(outcome.mostBytes, bytesInUse() - atStart);
  }
}
parentPort?.postMessage({ ...outcome, seconds: (performance.now() - started) / 1000 });

function bytesInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** One of each kind is kept. */
function crashed(input: number, error: unknown): void {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const where =
    error instanceof Error
      ? (error.stack ?? '').split('\n').find((line) => /\/src\//.test(line))
      : '';
  const kind = `${text.replace(/\d+/g, 'n').slice(0, 60)} ${where}`;
  outcome.crashCount = (outcome.crashCount ?? 0) + 1;
  if (kinds.has(kind)) return;
  kinds.add(kind);
  outcome.crashes.push({ input, text: `${text.slice(0, 200)} ${where?.trim() ?? ''}` });
}
