/** PyTorch on the processor: a Python of its own, started once, that trains when it is told to. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import { findTorch } from '../../scripts/lib/findTorch.mjs';
import { DEFAULT_EXPORT, formatOf } from '../../src/weights/formats/registry.ts';
import { className, modelSource } from '../../src/weights/pytorch/modelSource.ts';
import type { OpenEngine } from '../engine.ts';
import { NotHere } from '../notHere.ts';
import type { BenchTask } from '../task.ts';

const answerSchema = z.object({ loss: z.number(), cpuMs: z.number(), peakBytes: z.number() });
type Answer = z.infer<typeof answerSchema>;

/** A request for each open network, and its answer. */
type Ask = (request: object) => Promise<Answer>;

let python: Promise<Ask> | null = null;
let networks = 0;

/** @throws NotHere where no Python has torch. */
export const openPyTorch: OpenEngine = async (_devices, task, threads) => {
  python ??= startPython();
  const ask = await python;
  const network = networks++;
  const folder = await mkdtemp(join(tmpdir(), 'residual-playground-bench-'));
  try {
    await writeTask(folder, task);
    await ask({ network, open: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  let issued = 0;
  let last: Answer | null = null;
  let cpuMs = 0;
  return {
    issue() {
      issued += 1;
    },
    async finish() {
      if (issued === 0) return;
      last = await ask({ network, threads, steps: issued });
      cpuMs += last.cpuMs;
      issued = 0;
    },
    async loss() {
      return last?.loss ?? Number.NaN;
    },
    memoryBytes: () => last?.peakBytes ?? Number.NaN,
    cpuMs() {
      const spent = cpuMs;
      cpuMs = 0;
      return spent;
    },
  };
};

/** The network's classes, its weights and the batch, as `pytorch.py` reads them. */
async function writeTask(folder: string, task: BenchTask): Promise<void> {
  const { graph, weights, config, images, labels, learningRate, training } = task;
  const { inputSize } = graph.model;
  const { write } = await formatOf('pth').load();
  const model = { config, graph, weights, classNames: [], step: 0, test: null };
  const file = write(model, DEFAULT_EXPORT);
  const settings = {
    model: className(graph.model),
    shape: [task.batchSize, 3, inputSize, inputSize],
    learningRate,
    momentum: training.optimizer.momentum,
  };
  await writeFile(join(folder, 'model.py'), modelSource(graph));
  await writeFile(join(folder, 'weights.pth'), file);
  await writeFile(join(folder, 'images.bin'), images);
  await writeFile(join(folder, 'labels.bin'), labels);
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
}

async function startPython(): Promise<Ask> {
  const torch = findTorch();
  if (torch === null) {
    throw new NotHere('no Python with torch and numpy was found; name one in PYTHON');
  }
  const script = join(import.meta.dirname, 'pytorch.py');
  const child = spawn(torch.python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];
  let failure: Error | null = null;
  const fail = (error: Error) => {
    failure = error;
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  child.on('error', fail);
  child.on('close', (code) => fail(new Error(`PyTorch’s process ended with code ${code}`)));
  createInterface(child.stdout).on('line', (line) => {
    waiting.shift()?.resolve(answerSchema.parse(JSON.parse(line)));
  });
  child.unref();
  return (request) =>
    new Promise((resolve, reject) => {
      if (failure !== null) return reject(failure);
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify(request)}\n`);
    });
}
