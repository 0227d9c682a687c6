/** The generated train.py under a real PyTorch, compared with PyTorch's answers in reference/ and with our own code. */
import { spawnSync } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findTorch } from '../../../scripts/lib/findTorch.mjs';
import { mixupWeight } from '../../data/mixup.ts';
import { referenceBatch } from '../../data/referenceBatch.ts';
import { createSampler } from '../../data/sampler.ts';
import { drawShapes } from '../../data/syntheticShapes.ts';
import type { NetworkState } from '../../engine/api.ts';
import { CpuDevice } from '../../engine/cpu/cpuDevice.ts';
import { answerOf } from '../../engine/reference/case.ts';
import { expectedSchema } from '../../engine/reference/expected.ts';
import { caseFiles, caseNames } from '../../engine/reference/readCase.ts';
import { buildGraph } from '../../model/builder.ts';
import { initialWeights } from '../../model/initialize.ts';
import { completeConfig, parseRunConfig } from '../../model/parse.ts';
import { gatherFrom } from '../../training/evaluation.ts';
import { learningRateAt } from '../../training/schedule.ts';
import { evaluateViews } from '../../training/testViews.ts';
import { whiteningFilters } from '../../training/whitening.ts';
import { readWeights } from '../read/readWeights.ts';
import { readSafetensors } from '../readSafetensors.ts';
import { stateFor } from '../stateDict.ts';
import { CONFIGS, INSPECTED } from '../testing/scriptConfigs.ts';
import { ENDINGS } from '../testing/scriptEndings.ts';
import { torchOrSkip } from '../testing/torch.ts';
import {
  type Exit,
  type Inspected,
  type Job,
  metricsOf,
  runJobs,
  runProcesses,
  unpack,
  writeCifar10,
} from '../testing/trainScript.ts';
import { className } from './modelSource.ts';
import type { Continuation, SplitImages } from './origin.ts';
import { trainScript } from './trainScript.ts';

const torch = findTorch();
const python = torch?.python ?? 'python3';
const hasPython = spawnSync(python, ['--version']).status === 0;

const IMAGES = 60;
const STEPS = [0, 3, 9, 15];

/** Cases of which the page makes the first steps, one for each optimizer and one with averages. */
const CONTINUED = [
  'adam',
  'adamw-decay-of-weights',
  'average-of-weights',
  'muon',
  'rates-by-group',
  'sgd-decay-of-weights',
];

/** What our own kernels make of a case in its first steps. */
async function stateAfter(name: string, steps: number): Promise<NetworkState> {
  const files = caseFiles(name);
  const expected = JSON.parse(files.expected);
  const some = JSON.stringify({ ...expected, steps: expected.steps.slice(0, steps) });
  const device = new CpuDevice({ workers: [], arithmetic: 'exact' });
  try {
    return (await answerOf(device, { ...files, expected: some })).state;
  } finally {
    device.destroy();
  }
}

/** Synthetic images, and the same in reverse as torchvision's stand-in. */
const train = drawShapes(1, 0, IMAGES);
const reversed = (images: SplitImages): SplitImages => {
  const { length } = images.labels;
  const pixels = new Uint8Array(images.pixels.length);
  for (let i = 0; i < length; i++) {
    pixels.set(images.pixels.subarray(3072 * i, 3072 * (i + 1)), 3072 * (length - 1 - i));
  }
  return { pixels, labels: images.labels.toReversed() };
};

function continuation(name: string): Continuation {
  const config = completeConfig(CONFIGS[name] ?? { version: 1 });
  const graph = buildGraph(config.model);
  return {
    ...{ config, graph, step: 0, trainImages: IMAGES, momentum: new Map() },
    weights: initialWeights(graph, config.training.seed),
    images: { kind: 'cifar10', splits: { train, test: train } },
  };
}

/** Largest difference, relative to the largest value wanted. */
function deviation(got: ArrayLike<number> | undefined, wanted: ArrayLike<number>): number {
  if (got?.length !== wanted.length) return Number.POSITIVE_INFINITY;
  let [worst, scale] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    const value = got[i] ?? Number.NaN;
    const difference = Math.abs(value - (wanted[i] ?? 0));
    worst = Number.isFinite(difference) ? Math.max(worst, difference) : Number.POSITIVE_INFINITY;
    scale = Math.max(scale, Math.abs(wanted[i] ?? 0));
  }
  return worst === 0 ? 0 : worst / scale;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'train-script-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('train.py', () => {
  it.each(Object.keys(CONFIGS))('holds no marker and no long line: %s', (name) => {
    const text = trainScript(continuation(name));
    expect(text).not.toMatch(/__[A-Z]+__|# \[(if|else|end)|undefined/);
    expect(text.split('\n').filter((line) => line.length > 112)).toEqual([]);
  });

  it('writes Adam’s settings as floats: PyTorch takes no integer beside one', () => {
    const text = trainScript(continuation('Adam without momentum'));
    expect(text).toContain('BETA1, BETA2, EPSILON = 0.0, 0.99, 1e-8\n');
  });

  it('is Python', { timeout: 60_000 }, async ({ skip }) => {
    skip(!hasPython, `${python} was not found. Name a Python in PYTHON to run this test.`);
    const files: string[] = [];
    for (const [i, name] of Object.keys(CONFIGS).entries()) {
      const file = join(folder, `script${i}.py`);
      await writeFile(file, trainScript(continuation(name)));
      files.push(file);
    }
    const { stderr, status } = spawnSync(python, ['-m', 'py_compile', ...files]);
    expect(`${stderr}`).toBe('');
    expect(status).toBe(0);
  });
});

describe('train.py under PyTorch', () => {
  const cases = caseNames();
  const results = new Map<string, Inspected>();
  const exits: Exit[] = [];

  beforeAll(async () => {
    if (torch === null) return;
    const jobs: Job[] = [];
    for (const name of cases) {
      const files = caseFiles(name);
      const config = parseRunConfig(JSON.parse(files.config));
      const graph = buildGraph(config.model);
      const { state: weights } = stateFor(graph, readSafetensors(files.init));
      const own = join(folder, name);
      await unpack(own, {
        ...{ config, graph, weights, step: 0, trainImages: 1, momentum: new Map() },
        images: { kind: 'cifar10', splits: null },
      });
      await writeFile(join(own, 'batches.safetensors'), files.batches);
      const args = ['--batches', 'batches.safetensors'];
      jobs.push({ folder: own, arguments: args });
      if (CONTINUED.includes(name)) {
        const other = join(folder, `${name} continued`);
        const { weights, ...moments } = await stateAfter(name, 3);
        const images = { kind: 'cifar10', splits: null } as const;
        await unpack(other, {
          config,
          graph,
          weights,
          ...moments,
          step: 3,
          trainImages: 1,
          images,
        });
        await writeFile(join(other, 'batches.safetensors'), files.batches);
        jobs.push({ folder: other, arguments: args });
      }
      if (name !== 'residual-8-option-b') continue;
      jobs.push({ folder: own, arguments: [...args, '--steps', '2', '--out', 'resumed'] });
    }
    for (const name of INSPECTED) {
      const own = join(folder, name);
      const given = continuation(name);
      await unpack(own, given);
      await writeCifar10(own, { train: reversed(train), test: reversed(train) });
      const rates = Array.from({ length: given.config.training.steps }, (_, step) => step);
      const inspect = { steps: STEPS, rates };
      jobs.push({ folder: own, model: className(given.config.model), inspect });
    }
    const trained = ['--data', 'cifar10', '--steps', '3'];
    const cut = join(folder, 'cosine, cuts, dropout');
    jobs.push({ folder: cut, arguments: [...trained, '--out', 'checkpointed'] });
    jobs.push({ folder: cut, arguments: [...trained, '--from-scratch', '--out', 'scratch'] });
    const own = join(folder, 'own images');
    const given = continuation('steps, flip, zero-initialised');
    await unpack(own, { ...given, images: { kind: 'own', splits: { train, test: train } } });
    jobs.push({ folder: own, arguments: ['--steps', '3'] });
    const cifar10 = join(folder, 'steps, flip, zero-initialised');
    jobs.push({ folder: cifar10, arguments: trained });
    jobs.push({ folder: cifar10, arguments: [...trained, '--from-scratch', '--out', 'scratch'] });
    const endings = ENDINGS.map(({ folder: place, exit: _, ...job }) => ({
      ...job,
      folder: join(folder, place),
    }));
    const done = await runJobs(torch, folder, [...jobs, ...endings]);
    for (const [i, { folder: place }] of jobs.entries()) {
      const { inspected = null } = done[i] ?? {};
      if (inspected !== null) results.set(place, inspected);
    }
    exits.push(...done.map(({ exit }) => exit));
  }, 300_000);

  beforeEach((context) => void torchOrSkip(context, torch));

  it.each(cases)('gives the losses of reference/%s', async (name) => {
    const { expected } = caseFiles(name);
    const { steps } = expectedSchema.parse(JSON.parse(expected));
    const lines = await metricsOf(join(folder, name), 'out');
    expect(lines.map(({ step }) => step)).toEqual(steps.map(({ step }) => step));
    for (const [i, { loss, accuracy }] of steps.entries()) {
      expect(Math.abs((lines[i]?.loss ?? Number.NaN) / loss - 1)).toBeLessThan(1e-5);
      expect(lines[i]?.accuracy).toBeCloseTo(accuracy, 6);
    }
  });

  it('resumes from its own checkpoint to the bit', async (context) => {
    const own = join(folder, 'residual-8-option-b');
    // Batch i is that of step i: the same file goes on. What was written past the checkpoint is written once.
    const metrics = join(own, 'resumed', 'metrics.jsonl');
    await appendFile(
      metrics,
      '{"step": 2, "loss": 1.0, "accuracy": 0.5, "learningRate": 0.1}\n{"st',
    );
    const resume = ['--checkpoint', 'resumed/checkpoint.pth', '--out', 'resumed'];
    const args = ['--batches', 'batches.safetensors', ...resume];
    const [whole, ended] = await runJobs(torchOrSkip(context, torch), folder, [
      { folder: own, arguments: args },
      { folder: own, arguments: [...args, '--until', '9'] },
    ]);
    expect(whole?.exit).toBeNull();
    expect(ended?.exit).toBe(
      '--batches batches.safetensors holds 5 batches of 8, those of steps 0 to 4; the run is at step 5',
    );
    expect(await metricsOf(own, 'resumed')).toEqual(await metricsOf(own, 'out'));
  });

  it.each(CONTINUED)('goes on from the page’s weights and moments: %s', async (name) => {
    const { steps } = expectedSchema.parse(JSON.parse(caseFiles(name).expected));
    const lines = await metricsOf(join(folder, `${name} continued`), 'out');
    expect(lines.map(({ step }) => step)).toEqual([3, 4]);
    for (const { step, loss } of lines) {
      expect(Math.abs(loss / (steps[step]?.loss ?? Number.NaN) - 1)).toBeLessThan(1e-5);
    }
  });

  it.each(['average-of-weights', 'average-of-weights continued'])(
    'averages the weights as PyTorch does: %s',
    async (name) => {
      const file = await readFile(join(folder, name, 'out', 'checkpoint.pth'));
      const { groups } = readWeights(new Uint8Array(file));
      const average = groups.find(({ path }) => path === 'average');
      const { config, final } = caseFiles('average-of-weights');
      const graph = buildGraph(parseRunConfig(JSON.parse(config)).model);
      const { state } = stateFor(graph, readSafetensors(final));
      for (const [tensor, { data }] of state) {
        expect(deviation(average?.tensors.get(tensor)?.data, data), tensor).toBeLessThan(1e-4);
      }
    },
  );

  it('ends in one line that names the flag, whatever is missing', () => {
    const ended = exits.slice(-ENDINGS.length);
    ENDINGS.forEach(({ exit }, i) => {
      expect(ended[i]).toEqual(typeof exit === 'number' ? exit : expect.stringMatching(exit));
      expect(`${ended[i]}`).not.toContain('\n');
    });
  });

  it('saves on Ctrl-C behind its step', async () => {
    const own = join(folder, 'residual-8-option-b');
    const stopped = await metricsOf(own, 'stopped');
    expect(stopped).toEqual((await metricsOf(own, 'out')).slice(0, 3));
    const file = await readFile(join(own, 'stopped', 'checkpoint.pth'));
    expect(readWeights(new Uint8Array(file)).groups[0].tensors.size).toBeGreaterThan(10);
  });

  it.each(INSPECTED)('starts and feeds the net as the page: %s', (name) => {
    const { config, graph, weights } = continuation(name);
    const result = results.get(join(folder, name));
    expect(result?.parameters).toEqual(graph.parameters.map((parameter) => parameter.name));
    for (const { name: parameter } of graph.parameters) {
      const wanted = weights.get(parameter)?.data ?? [];
      expect(deviation(result?.weights[parameter], wanted)).toBe(0);
    }
    const { seed, batchSize, augment, learningRate, steps } = config.training;
    const sampler = createSampler({ seed, trainCount: IMAGES, batchSize });
    for (const [i, step] of STEPS.entries()) {
      const indices = sampler.indices(step);
      expect(result?.labels[i]).toEqual([...indices].map((index) => train.labels[index]));
      const position = step * batchSize;
      const { inputSize } = config.model;
      const { pixels } = train;
      const wanted = referenceBatch({
        ...{ pixels, indices, inputSize, seed, position, augment },
        epochImages: IMAGES,
        normalization: config.data,
      });
      expect(deviation(result?.images[i], wanted)).toBeLessThan(1e-6);
    }
    const rates = Array.from({ length: steps }, (_, s) => learningRateAt(learningRate, s, steps));
    expect(deviation(result?.rates, rates)).toBe(0);
    const { mixup = 0 } = config.training;
    const mixes = mixup > 0 ? rates.map((_, step) => mixupWeight(seed, step, mixup)) : [];
    expect(result?.mixup).toEqual(mixes);
  });

  it.each(INSPECTED)('tests as the page: %s', async (name) => {
    const { config, graph, weights } = continuation(name);
    const { model, training } = config;
    const device = new CpuDevice({ workers: [], arithmetic: 'exact' });
    const dataset = device.createDataset(IMAGES);
    dataset.append({ split: 'test', start: 0, count: IMAGES, ...train });
    const shape = { batchSize: 20, inputSize: model.inputSize, normalization: config.data };
    const batch = device.createBatch(shape);
    const probe = await device.createProbe({ graph }, batch);
    probe.load(weights);
    const { loss, accuracy } = await evaluateViews(probe, IMAGES, training, {
      load: (view) => gatherFrom({ on: () => dataset }, 'test', 0, view),
      label: (image) => train.labels[image] ?? 0,
    });
    const [wantedLoss = 0, wantedAccuracy] = results.get(join(folder, name))?.test ?? [];
    expect(loss / wantedLoss).toBeCloseTo(1, 5);
    expect(accuracy).toBeCloseTo(wantedAccuracy ?? Number.NaN, 6);
    device.destroy();
  });

  it('starts from scratch with the checkpoint’s losses', async () => {
    const own = join(folder, 'cosine, cuts, dropout');
    const [checkpointed, scratch] = [
      await metricsOf(own, 'checkpointed'),
      await metricsOf(own, 'scratch'),
    ];
    expect(checkpointed).toHaveLength(3);
    const [started, drawn] = [checkpointed, scratch].map((lines) => lines.map(({ loss }) => loss));
    expect(deviation(drawn, started ?? [])).toBeLessThan(1e-5);
  });

  it('makes the same first layer of the images', async () => {
    const name = 'steps, flip, zero-initialised';
    const file = await readFile(join(folder, name, 'scratch', 'checkpoint.pth'));
    const { tensors } = readWeights(new Uint8Array(file)).groups[0];
    const found = tensors.get('conv1.weight')?.data;
    const wanted = whiteningFilters(train.pixels, continuation(name).config);
    expect(deviation(Array.from(found ?? [], Number), wanted)).toBeLessThan(1e-5);
  });

  it('trains on images of the page’s own', async () => {
    const own = await metricsOf(join(folder, 'own images'), 'out');
    expect(own).toHaveLength(3);
    expect(own).toEqual(await metricsOf(join(folder, 'steps, flip, zero-initialised'), 'out'));
  });

  it('gives the same losses on two processes as on one where there is no BatchNorm', {
    timeout: 300_000,
  }, async (context) => {
    const own = join(folder, 'no-normalization-tanh');
    const args = ['--batches', 'batches.safetensors', '--out', 'two'];
    await runProcesses(torchOrSkip(context, torch), own, 2, args);
    const one = (await metricsOf(own, 'out')).map(({ loss }) => loss);
    const two = (await metricsOf(own, 'two')).map(({ loss }) => loss);
    expect(deviation(two, one)).toBeLessThan(1e-5);
  });
});
