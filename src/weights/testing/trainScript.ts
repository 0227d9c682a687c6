/** Runs of a generated `train.py`, for tests. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import type { Torch } from '../../../scripts/lib/findTorch.mjs';
import { continuationFiles } from '../pytorch/continueInPyTorch.ts';
import type { Continuation, SplitImages } from '../pytorch/origin.ts';

const TIMEOUT_MS = 240_000;

/** Writes the files of the zip into `folder`. */
export async function unpack(folder: string, continuation: Continuation): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of continuationFiles(continuation)) {
    await writeFile(join(folder, name), bytes);
  }
}

/** Writes a replacement for torchvision's CIFAR-10 into `folder`. */
export async function writeCifar10(
  folder: string,
  splits: Readonly<Record<'train' | 'test', SplitImages>>,
): Promise<void> {
  await mkdir(join(folder, 'cifar10'), { recursive: true });
  for (const [split, { pixels, labels }] of Object.entries(splits)) {
    await writeFile(join(folder, 'cifar10', `${split}-pixels.bin`), pixels);
    await writeFile(join(folder, 'cifar10', `${split}-labels.bin`), Uint8Array.from(labels));
  }
}

export type Job =
  | {
      readonly folder: string;
      readonly arguments: readonly string[];
      /** In which of its steps Ctrl-C comes, counted from 1. */
      readonly interrupt?: number;
      readonly environment?: Readonly<Record<string, string>>;
    }
  | {
      readonly folder: string;
      /** Name of the script's network. */
      readonly model: string;
      readonly inspect: { readonly steps: readonly number[]; readonly rates: readonly number[] };
    };

const numbers = z.array(z.number());
const inspectedSchema = z.object({
  parameters: z.array(z.string()),
  state: z.array(z.string()),
  weights: z.record(z.string(), numbers),
  /** Loss and accuracy. */
  test: numbers,
  images: z.array(numbers),
  labels: z.array(numbers),
  mixup: numbers,
  rates: numbers,
});

export type Inspected = z.infer<typeof inspectedSchema>;

/** The code or message that the script ended with; null: it came to its end. */
const exitSchema = z.object({ exit: z.nullable(z.union([z.number(), z.string()])) });
export type Exit = z.infer<typeof exitSchema>['exit'];

/** Runs the jobs one after the other in one Python process. @throws Error with Python's message */
export async function runJobs(
  { python }: Torch,
  folder: string,
  jobs: readonly Job[],
): Promise<{ readonly inspected: Inspected | null; readonly exit: Exit }[]> {
  const file = join(folder, 'jobs.json');
  await writeFile(file, JSON.stringify(jobs));
  const program = join(import.meta.dirname, 'runTraining.py');
  const options = { maxBuffer: 2 ** 28, timeout: TIMEOUT_MS };
  const { stdout } = await promisify(execFile)(python, [program, file], options);
  const results = z.array(z.union([inspectedSchema, exitSchema])).parse(JSON.parse(stdout));
  return results.map((result) =>
    'exit' in result ? { inspected: null, exit: result.exit } : { inspected: result, exit: null },
  );
}

/** Starts the script as `torchrun --nproc_per_node=…` does: one process each, told apart by the environment. */
export async function runProcesses(
  { python }: Torch,
  folder: string,
  count: number,
  args: readonly string[],
): Promise<void> {
  const port = await freePort();
  const started = Array.from({ length: count }, (_, rank) => {
    const place = { RANK: `${rank}`, LOCAL_RANK: `${rank}`, WORLD_SIZE: `${count}` };
    const meeting = { MASTER_ADDR: '127.0.0.1', MASTER_PORT: `${port}`, OMP_NUM_THREADS: '1' };
    const env = { ...process.env, ...place, ...meeting };
    return spawn(python, ['train.py', ...args], { cwd: folder, env, timeout: TIMEOUT_MS });
  });
  await Promise.all(started.map(finished));
}

function finished(child: ChildProcess): Promise<void> {
  const errors: string[] = [];
  child.stderr?.on('data', (text) => errors.push(String(text)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`exit code ${code}: ${errors.join('')}`)),
    );
  });
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}

const lineSchema = z.object({
  step: z.number(),
  loss: z.number(),
  accuracy: z.number(),
  learningRate: z.number(),
});

/** The lines of metrics.jsonl. */
export async function metricsOf(folder: string, out: string) {
  const text = await readFile(join(folder, out, 'metrics.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)));
}
