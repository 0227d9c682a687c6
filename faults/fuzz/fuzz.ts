/** Feeds damaged inputs to every parser, each in a thread of its own with a limit on memory and on time per input. */
import { Worker } from 'node:worker_threads';
import type { Job, Outcome } from './job.ts';
import type { Parser } from './parser.ts';

/** An input that takes longer hangs. Loading the parser takes longer than any input. */
const INPUT_LIMIT_MS = 2000;
const OPEN_LIMIT_MS = 120_000;
const LOOK_MS = 250;
const HEAP_MIB = 512;
const BATCH = 200_000;

export interface FuzzRow {
  readonly parser: string;
  inputs: number;
  seconds: number;
  read: number;
  refused: number;
  crashes: number;
  hangs: number;
  mostBytes: number;
  slowestMs: number;
  /** Inputs to look at, in words. */
  readonly findings: string[];
}

export interface FuzzPlan {
  readonly parsers: readonly Parser[];
  readonly inputs: number;
  readonly seed: number;
  readonly first: number;
  readonly workers: number;
  readonly log: (line: string) => void;
}

export async function fuzz({ parsers, inputs, seed, first, workers, log }: FuzzPlan) {
  const weights = parsers.reduce((sum, { weight }) => sum + weight, 0);
  const queue = [...parsers];
  const rows: FuzzRow[] = [];
  const work = async (): Promise<void> => {
    for (let parser = queue.shift(); parser !== undefined; parser = queue.shift()) {
      const count = Math.ceil((inputs * parser.weight) / weights);
      const row = await fuzzParser(parser.name, seed, first, count);
      rows.push(row);
      log(fuzzLine(row));
      for (const finding of row.findings) log(`  ${finding}`);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return rows.sort((a, b) => order(parsers, a) - order(parsers, b));
}

const order = (parsers: readonly Parser[], { parser }: FuzzRow) =>
  parsers.findIndex(({ name }) => name === parser);

async function fuzzParser(
  name: string,
  seed: number,
  first: number,
  count: number,
): Promise<FuzzRow> {
  const row: FuzzRow = {
    ...{ parser: name, inputs: 0, seconds: 0, read: 0, refused: 0, crashes: 0, hangs: 0 },
    ...{ mostBytes: 0, slowestMs: 0, findings: [] },
  };
  for (let next = first; next < first + count; ) {
    const wanted = Math.min(BATCH, first + count - next);
    const result = await runThread({ name, seed, first: next, count: wanted });
    row.inputs += result.done;
    next += result.done;
    if (result.outcome !== null) {
      const { outcome } = result;
      row.seconds += result.seconds;
      row.read += outcome.read;
      row.refused += outcome.refused;
      row.crashes += outcome.crashCount ?? 0;
      row.mostBytes = Math.max(row.mostBytes, outcome.mostBytes);
      row.slowestMs = Math.max(row.slowestMs, outcome.slowestMs);
      for (const { input, text } of outcome.crashes) {
        if (row.findings.length < 12)
          row.findings.push(`${command(name, seed, input)}   # ${text}`);
      }
      continue;
    }
    if (result.why === 'hang') row.hangs++;
    else row.crashes++;
    row.findings.push(`${command(name, seed, next - 1)}   # ${result.why}`);
  }
  return row;
}

const command = (name: string, seed: number, input: number): string =>
  `npm run faults -- --fuzz 1 --only ${name} --seed ${seed} --first ${input}`;

interface ThreadResult {
  /** Inputs that are done with, one that hung included. */
  readonly done: number;
  readonly outcome: Outcome | null;
  readonly seconds: number;
  readonly why: string;
}

function runThread(job: Omit<Job, 'position'>): Promise<ThreadResult> {
  const position = new SharedArrayBuffer(4);
  const place = new Int32Array(position);
  Atomics.store(place, 0, -1);
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./start.mjs', import.meta.url), {
      workerData: { ...job, position } satisfies Job,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    });
    let at = -1;
    let sinceMs = Date.now();
    const end = (result: ThreadResult): void => {
      clearInterval(timer);
      void worker.terminate();
      resolve(result);
    };
    const broken = (why: string): void => {
      const input = Atomics.load(place, 0);
      // A thread that never came to its first input has no input to blame.
      const done = input < 0 ? job.count : input - job.first + 1;
      end({ done, outcome: null, seconds: 0, why });
    };
    const timer = setInterval(() => {
      const now = Atomics.load(place, 0);
      if (now !== at) [at, sinceMs] = [now, Date.now()];
      if (Date.now() - sinceMs > (now < 0 ? OPEN_LIMIT_MS : INPUT_LIMIT_MS)) broken('hang');
    }, LOOK_MS);
    worker.once('message', (outcome: Outcome & { seconds: number }) =>
      end({ done: job.count, outcome, seconds: outcome.seconds, why: '' }),
    );
    worker.once('error', (error: Error) => broken(`${error.name}: ${error.message}`));
  });
}

const fuzzLine = ({ parser, inputs, seconds, crashes, hangs }: FuzzRow): string =>
  `${parser}: ${inputs} inputs, ${Math.round(inputs / Math.max(0.001, seconds))}/s, ${crashes} crashes, ${hangs} hangs`;

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;

/** A Markdown table. */
export function fuzzTable(rows: readonly FuzzRow[]): string {
  const cells = rows.map((row) => [
    ...[row.parser, row.inputs, Math.round(row.inputs / Math.max(0.001, row.seconds))],
    ...[row.read, row.refused, row.crashes, row.hangs, `${row.slowestMs.toFixed(0)} ms`],
    mebibytes(row.mostBytes),
  ]);
  const sum = (of: (row: FuzzRow) => number): number => rows.reduce((all, row) => all + of(row), 0);
  const inputs = sum((row) => row.inputs);
  cells.push([
    ...[
      'all',
      inputs,
      Math.round(
        inputs /
          Math.max(
            0.001,
            sum(({ seconds }) => seconds),
          ),
      ),
    ],
    ...[sum(({ read }) => read), sum(({ refused }) => refused)],
    ...[sum(({ crashes }) => crashes), sum(({ hangs }) => hangs)],
    `${Math.max(0, ...rows.map(({ slowestMs }) => slowestMs)).toFixed(0)} ms`,
    mebibytes(Math.max(0, ...rows.map(({ mostBytes }) => mostBytes))),
  ]);
  const head = [
    'parser',
    'inputs',
    'a second',
    'read',
    'refused',
    'crashes',
    'hangs',
    'slowest',
    'memory',
  ];
  return [head, head.map(() => '---'), ...cells]
    .map((line) => `| ${line.join(' | ')} |`)
    .join('\n');
}
