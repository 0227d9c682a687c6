/** `headless train`: the engine's training loop without a page. */
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { finished } from 'node:stream/promises';
import type { StepMetrics, KernelChoices } from '../src/engine/api.ts';
import { buildGraph } from '../src/model/builder.ts';
import type { RunConfig } from '../src/model/config.ts';
import type { LayerGraph } from '../src/model/graph.ts';
import { layerNames } from '../src/model/layerNames.ts';
import { applyChange, nextChange, withoutChange } from '../src/training/changes.ts';
import { isSameAdapter, isSameImages } from '../src/training/checkpoint/checkpoint.ts';
import { weightsFile } from '../src/training/exportWeights.ts';
import { withMicroBatchSize } from '../src/training/microBatchRecord.ts';
import { learningRateAt } from '../src/training/schedule.ts';
import { completeState, mergeStates, outsideOf } from '../src/training/state.ts';
import { DEFAULT_EXPORT } from '../src/weights/formats/registry.ts';
import type { TrainCommand } from './arguments.ts';
import { batchesForTraining } from './batchFile.ts';
import { CHECKPOINT_FILE, CheckpointWriter } from './checkpointWriter.ts';
import type { CallCounts } from './counting.ts';
import { folderForTraining } from './dataFolder.ts';
import { HeadlessError } from './files.ts';
import type { TrainingImages } from './images.ts';
import { note } from './note.ts';
import { type HeadlessDevice, withHeadlessDevice } from './headlessDevice.ts';
import { type Start, startOf } from './start.ts';
import { tuningFile } from './tuningFile.ts';
import type { Gpu } from '../src/engine/webgpu/device.ts';
import { Batch } from '../src/engine/webgpu/batch.ts';
import { Network } from '../src/engine/webgpu/network.ts';
import { lowerTraining } from '../src/engine/webgpu/lowering/program.ts';
import { Stepper } from '../src/engine/webgpu/stepper.ts';
import { tunedChoices } from '../src/engine/webgpu/tuner/tuner.ts';
import { WebGpuDevice } from '../src/engine/webgpu/webGpuDevice.ts';
import { withMicroBatches } from '../src/engine/withMicroBatches.ts';

/** Between two lines of progress. */
const PROGRESS_MS = 5000;
/** Longer than on the page: nobody asks for `--tune` who does not train for long. */
const TUNING_MS = 5000;

/** Trains, and writes metrics.jsonl, weights.safetensors, checkpoint.safetensors and summary.json to `--out`. */
export async function train(command: TrainCommand): Promise<void> {
  const start = await startOf(command);
  const { config } = start;
  const file = command.batches === null ? null : await batchesForTraining(command.batches, config);
  const end = lastStep(command, start, file?.steps ?? Number.POSITIVE_INFINITY);
  await mkdir(command.out, { recursive: true });
  await withHeadlessDevice(async (session) => {
    const { gpu } = session;
    const images = file ?? (await folderForTraining(gpu, command.data, config));
    checkSame(start, gpu, images);
    await images.prepare(end);

    const tiles = start.tiles ?? (command.tune ? await tuned(gpu, start) : {});
    const legs: Leg[] = [];
    for (let from = withDueChanges({ ...start, tiles }); ; ) {
      const to = Math.min(end, nextChange(from.config)?.step ?? end);
      const leg = await trainLeg(
        session,
        command,
        from,
        { to, total: end },
        legs.length === 0,
        images,
      );
      legs.push(leg);
      if (to === end) break;
      from = withDueChanges(leg.end);
    }
    await finish(command, gpu, legs, images);
  });
}

/** Steps between two changes of the network, and how they went. */
interface Leg {
  /** Where the next one goes on from. */
  readonly end: Start;
  readonly split: ReturnType<typeof splitOf>;
  readonly measured: Awaited<ReturnType<typeof trainSteps>>;
}

/** Trains steps `from.step` … `to` - 1 on a network of its own, and writes the checkpoint behind them. */
async function trainLeg(
  session: HeadlessDevice,
  command: TrainCommand,
  from: Start,
  { to, total }: { readonly to: number; readonly total: number },
  isFirst: boolean,
  images: TrainingImages,
): Promise<Leg> {
  const { gpu } = session;
  const { config, graph, state } = from;
  const { out, checkpointEvery, statistics } = command;
  const tiles = from.tiles ?? {};
  const { batch, network } = await placeNetwork(gpu, command, from, tiles);
  const split = splitOf(network, config);
  network.load(completeState(graph, config.training.seed, state));
  const stepper = new Stepper(gpu, batch, [network]);
  const checkpoint = new CheckpointWriter(gpu, network, from, images.source, out);
  const keeps = isFirst && from.resumed === null ? 'none' : isFirst ? 'before' : 'all';
  const run = {
    ...{ start: from, end: to, total, images, batch, stepper, checkpoint },
    ...({ checkpointEvery, statistics, out, keeps } as const),
  };
  const measured = await trainSteps(session, run);
  await checkpoint.write(to);
  const end = {
    ...from,
    step: to,
    state: mergeStates(outsideOf(graph, state), await network.save()),
    tiles: { ...tiles, ...network.kernelChoices },
    origin: { ...from.origin, elapsedMs: checkpoint.elapsedMs },
  };
  for (const made of [stepper, network, batch]) made.destroy();
  return { end, split, measured };
}

/** Writes weights and summary. */
async function finish(
  { out }: TrainCommand,
  gpu: Gpu,
  legs: readonly Leg[],
  { classNames }: TrainingImages,
): Promise<void> {
  const last = legs.at(-1);
  if (last === undefined) throw new Error('nothing was trained');
  const { config, graph, state, step, tiles } = last.end;
  const ran = withMicroBatchSize(config, last.split.microBatchSize);
  const origin = { config: ran, step, classNames, test: null };
  const trained = completeState(graph, config.training.seed, state).weights;
  const { bytes } = await weightsFile(trained, origin, DEFAULT_EXPORT);
  await writeFile(join(out, 'weights.safetensors'), new Uint8Array(bytes));
  const sum = (count: (leg: Leg['measured']) => number) =>
    legs.reduce((total, { measured }) => total + count(measured), 0);
  const steps = sum(({ stepTimes }) => stepTimes.length);
  const summary = {
    parameters: graph.parameterCount,
    adapter: gpu.adapter.name,
    precision: config.training.precision,
    ...last.split,
    stepMs: median(legs.flatMap(({ measured }) => measured.stepTimes)),
    dispatchesPerStep: sum(({ dispatches }) => dispatches) / steps,
    submitsPerStep: sum(({ submits }) => submits) / steps,
    buffersCreatedAfterFirstStep: sum(({ buffersCreated }) => buffersCreated),
    gpuBytes: last.measured.gpuBytes,
    final: last.measured.final,
    tiles,
  };
  await writeFile(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  note(`written to ${out}: metrics.jsonl, weights.safetensors, ${CHECKPOINT_FILE}, summary.json`);
}

/** The start with the changes made that the config has scheduled before its next step. */
function withDueChanges(start: Start): Start {
  const next = nextChange(start.config);
  if (next === null || next.step > start.step) return start;
  const before = start.config;
  const { config, label } = applyChange(withoutChange(before, next), next.change);
  note(`step ${start.step}: ${label}`);
  const graph = buildGraph(config.model);
  const { origin, history } = start;
  const marks = [...origin.marks, { step: start.step, label }];
  return withDueChanges({
    ...start,
    config,
    graph,
    history: history.withLayers(layerNames(graph)),
    origin: { ...origin, given: origin.given ?? before, marks },
  });
}

/** Kernels timed on this adapter, or known from an earlier time. */
function tuned(gpu: Gpu, { graph, config }: Start): Promise<KernelChoices> {
  return tunedChoices(
    gpu,
    [lowerTraining({ graph, training: config.training, traits: gpu.traits })],
    {
      budgetMs: TUNING_MS,
      store: tuningFile(),
      onStart: () => note('tuning kernels …'),
    },
  );
}

/** The network on the device, in micro-batches for which there is room. @throws EngineError */
function placeNetwork(
  gpu: Gpu,
  command: TrainCommand,
  { config, graph }: Start,
  tiles: KernelChoices,
) {
  const { training, model } = config;
  const options = { graph, training, tiles };
  const place = async ([microBatchSize = training.batchSize]: readonly number[]) => {
    const { batchSize } = training;
    const batch = new Batch(gpu, { batchSize, microBatchSize, inputSize: model.inputSize });
    try {
      return { batch, network: await Network.create(gpu, options, batch) };
    } catch (error) {
      batch.destroy();
      throw error;
    }
  };
  const device = new WebGpuDevice(gpu);
  return withMicroBatches(device, [[options]], place, command.gpuMemory ?? undefined);
}

/** For the summary: how the batch went through the network, and what that means for BatchNorm. */
function splitOf({ program }: Network, { model, training: { batchSize } }: RunConfig) {
  const { microBatchSize } = program.summary;
  const isSplit = microBatchSize < batchSize;
  const isNormalized = model.normalization === 'batch';
  const effect = isNormalized
    ? `BatchNorm normalises each micro-batch of ${microBatchSize} of the ${batchSize} images by its own statistics`
    : 'no layer works across images, so the result is that of the whole batch';
  if (isSplit) note(`the batch is split into micro-batches of ${microBatchSize}: ${effect}`);
  return {
    batchSize,
    microBatchSize,
    microBatches: program.microBatches.length,
    ...(isSplit ? { microBatchEffect: effect } : {}),
  };
}

/**
 * The step to stop before.
 * @param available batches there are; infinite where images are drawn again and again.
 */
function lastStep({ steps, batches }: TrainCommand, start: Start, available: number): number {
  const { config, step } = start;
  const { batchSize, steps: scheduled } = config.training;
  const end = steps === null ? Math.min(scheduled, available) : step + steps;
  if (end > available) {
    throw new HeadlessError(
      `--steps ${steps}: ${batches} holds ${available} batches of ${batchSize}`,
    );
  }
  if (end <= step) {
    throw new HeadlessError(`${step} of ${end} steps are done: name more by --steps`);
  }
  return end;
}

/** @throws HeadlessError where other images would take the place of those the checkpoint was trained on. */
function checkSame({ resumed, origin, step }: Start, { adapter }: Gpu, images: TrainingImages) {
  if (resumed === null) return;
  note(`resumed: ${origin.name} at step ${step}`);
  if (!isSameAdapter(resumed.adapter, adapter)) {
    note(`the checkpoint was saved on ${resumed.adapter.name}: here the last bits may differ`);
  }
  const { images: before } = origin;
  if (before === null || images.source === null || isSameImages(before, images.source)) return;
  const { title, train } = images.source;
  throw new HeadlessError(
    `the checkpoint was trained on ${before.train} images of ${before.title}; these are ${train} of ${title}`,
  );
}

interface TrainingRun {
  readonly start: Start;
  readonly end: number;
  /** Steps of all legs, for the notes on progress. */
  readonly total: number;
  readonly images: TrainingImages;
  readonly batch: Batch;
  readonly stepper: Stepper;
  readonly checkpoint: CheckpointWriter;
  readonly checkpointEvery: number | null;
  readonly statistics: boolean;
  readonly out: string;
  /** Which lines of a `metrics.jsonl` that is there stay: those before the first step, or all. */
  readonly keeps: 'none' | 'before' | 'all';
}

/** Drops what a `metrics.jsonl` has of `step` and later, if there is such a file. */
async function keepLinesBefore(path: string, step: number): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const kept = text.split('\n').filter((line) => Number(/^\{"step":(\d+),/.exec(line)?.[1]) < step);
  await writeFile(path, kept.map((line) => `${line}\n`).join(''));
}

/** Every step is waited for, so that its time is its own. */
async function trainSteps({ counts }: HeadlessDevice, run: TrainingRun) {
  const { start, end, images, batch, stepper, checkpoint, checkpointEvery } = run;
  const { config, graph, step: first } = start;
  const { learningRate, steps: scheduled } = config.training;
  const path = join(run.out, 'metrics.jsonl');
  // The folder may be that of the run which is resumed: its steps up to the checkpoint stay.
  if (run.keeps === 'before') await keepLinesBefore(path, first);
  const file = createWriteStream(path, { flags: run.keeps === 'none' ? 'w' : 'a' });
  const stepTimes: number[] = [];
  let last: StepMetrics | undefined;
  let before: CallCounts = { ...counts };
  let afterFirst = before;
  let nextNote = performance.now() + PROGRESS_MS;
  try {
    for (let step = first; step < end; step++) {
      const started = performance.now();
      const gather = images.load(step, batch);
      const metrics = await stepper.step({
        step,
        learningRates: [learningRateAt(learningRate, step, scheduled)],
        ...(gather === undefined ? {} : { gather }),
        readback: true,
      });
      const stepMs = performance.now() - started;
      stepTimes.push(stepMs);
      if (step === first) afterFirst = { ...counts };
      last = metrics?.[0]?.at(-1);
      if (last === undefined) throw new Error(`no metrics came back for step ${step}`);
      file.write(`${metricsLine(last, graph, run.statistics)}\n`);
      if (!Number.isFinite(last.loss)) throw diverged(last);
      checkpoint.take(last, stepMs);
      if (checkpointEvery !== null && (step + 1 - first) % checkpointEvery === 0) {
        const saved: CallCounts = { ...counts };
        await checkpoint.write(step + 1);
        // What a checkpoint takes is none of the steps' own.
        before = later(before, counts, saved);
        afterFirst = later(afterFirst, counts, saved);
      }
      if (performance.now() > nextNote || step === end - 1) {
        note(`step ${step + 1} of ${run.total}: loss ${last.loss.toFixed(4)}`);
        nextNote = performance.now() + PROGRESS_MS;
      }
    }
  } finally {
    file.end();
    await finished(file);
  }
  return {
    stepTimes,
    dispatches: counts.dispatches - before.dispatches,
    submits: counts.submits - before.submits,
    buffersCreated: counts.buffersCreated - afterFirst.buffersCreated,
    gpuBytes: counts.peakGpuBytes,
    final: { step: last?.step, loss: last?.loss, accuracy: last?.accuracy },
  };
}

/** `counts` moved on by what happened between `from` and `to`. */
function later(counts: CallCounts, to: CallCounts, from: CallCounts): CallCounts {
  const { dispatches, submits, buffersCreated } = counts;
  return {
    ...counts,
    dispatches: dispatches + to.dispatches - from.dispatches,
    submits: submits + to.submits - from.submits,
    buffersCreated: buffersCreated + to.buffersCreated - from.buffersCreated,
  };
}

function metricsLine(metrics: StepMetrics, graph: LayerGraph, statistics: boolean): string {
  const { step, loss, accuracy, learningRate } = metrics;
  const { parameterNames, activationNames } = layerNames(graph);
  const byName = (names: readonly string[], values: Float32Array) =>
    Object.fromEntries(names.map((name, i) => [name, values[i]]));
  const gradNorm = byName(parameterNames, metrics.gradNorm);
  const more = statistics
    ? {
        weightNorm: byName(parameterNames, metrics.weightNorm),
        updateNorm: byName(parameterNames, metrics.updateNorm),
        activationStd: byName(activationNames, metrics.activationStd),
      }
    : {};
  return JSON.stringify({ step, loss, accuracy, learningRate, gradNorm, ...more });
}

const diverged = ({ step, loss, learningRate }: StepMetrics): HeadlessError =>
  new HeadlessError(
    `the loss became ${loss} at step ${step}, learning rate ${learningRate}: training diverged. metrics.jsonl holds all steps so far; try a lower rate.`,
  );

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
