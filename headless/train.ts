/** `headless train`: the page's trainer without a page. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { EngineDevice, KernelChoices, StepMetrics } from '../src/engine/api.ts';
import { splitBatch } from '../src/engine/plan/splitBatch.ts';
import { nextChange } from '../src/training/changes.ts';
import { isSameAdapter, isSameImages } from '../src/training/checkpoint/checkpoint.ts';
import { weightsFile } from '../src/training/exportWeights.ts';
import { withMicroBatchSize } from '../src/training/microBatchRecord.ts';
import type { Divergence } from '../src/training/health.ts';
import type { TrainingEvent } from '../src/training/protocol.ts';
import type { Run } from '../src/training/run.ts';
import { completeState } from '../src/training/state.ts';
import { Trainer } from '../src/training/trainer.ts';
import { weightsSha256 } from '../src/training/weightsHash.ts';
import { DEFAULT_EXPORT } from '../src/weights/formats/registry.ts';
import type { TrainCommand } from './arguments.ts';
import { batchesForTraining } from './batchFile.ts';
import { CHECKPOINT_FILE, writeCheckpointFile } from './checkpointWriter.ts';
import { folderForTraining } from './dataFolder.ts';
import { HeadlessError } from './files.ts';
import { type HeadlessDevice, headlessDevice } from './headlessDevice.ts';
import type { TrainingImages } from './images.ts';
import { MetricsFile } from './metricsFile.ts';
import { note } from './note.ts';
import { type Start, startOf } from './start.ts';
import { StepCounts } from './stepCounts.ts';
import { tuningFile } from './tuningFile.ts';

/** Between two lines of progress. */
const PROGRESS_MS = 5000;
/** Longer than on the page: nobody asks for `--tune` who does not train for long. */
const TUNING_MS = 5000;

/** Trains, and writes metrics.jsonl, weights.safetensors, checkpoint.safetensors and summary.json to `--out`. */
export async function train(command: TrainCommand): Promise<void> {
  const start = await startOf(command);
  const { run } = start;
  const { config } = run;
  const file = command.batches === null ? null : await batchesForTraining(command.batches, config);
  const end = lastStep(command, run, file?.steps ?? Number.POSITIVE_INFINITY);
  run.status = 'live';
  run.trainsPastEnd = end > config.training.steps;
  await mkdir(command.out, { recursive: true });
  const { arithmetic } = config.training;
  const opened = await headlessDevice({ ...command, arithmetic });
  const { device, counts } = opened;
  const images = file ?? (await folderForTraining(device, command.data, config));
  checkSame(start, device, images);
  await images.prepare(end);
  run.kernelChoices ??= command.tune ? await tuned(device, run) : {};
  const stepCounts = new StepCounts(counts);
  const last = await trainSteps(opened, command, start, images, stepCounts, end);
  await writeResults(command.out, opened, run, images, stepCounts, last);
}

/** Waits for each step before the next, so that its time is its own. @returns the last step's metrics. */
async function trainSteps(
  { device }: HeadlessDevice,
  { out, checkpointEvery, statistics, gpuMemory }: TrainCommand,
  { run, resumed }: Start,
  images: TrainingImages,
  stepCounts: StepCounts,
  end: number,
): Promise<StepMetrics> {
  const first = run.step;
  let last: StepMetrics | undefined;
  const trainer = new Trainer({
    emit: (event) => tell(event, stepCounts),
    imagesOf: () => images,
    takesSnapshots: false,
    ...(gpuMemory === null ? {} : { deviceBytes: gpuMemory }),
    onBurst: () => stepCounts.startStep(),
    onMetrics: (_, [metrics], { ms }) => {
      if (metrics === undefined) return;
      stepCounts.endStep(ms);
      last = metrics;
      file.write(metrics, run.layerNames);
    },
  });
  await trainer.runs.attachAll(device, [run]);
  trainer.runs.replace([run]);
  trainer.runs.regroup(device);
  noteSplit(run);
  // Opened only now: a network for which there is no room leaves an earlier file as it was. The folder may be that of
  // the run which is resumed: its steps up to the checkpoint stay.
  const file = await MetricsFile.open(out, resumed === null ? null : first, statistics);
  try {
    const neverAborted = new AbortController().signal;
    let nextNoteMs = performance.now() + PROGRESS_MS;
    while (run.step < end) {
      await trainer.advance(device, true, neverAborted);
      await trainer.settle(device);
      if (last === undefined) throw new Error(`no metrics came back for step ${run.step}`);
      if (run.divergence !== null) throw diverged(run.divergence, last, run.step);
      const isLast = run.step === end;
      const isDue = checkpointEvery !== null && (run.step - first) % checkpointEvery === 0;
      // A scheduled change may be refused, or make the run diverge.
      const isBeforeChange = nextChange(run.config)?.step === run.step;
      if (isLast || isDue || isBeforeChange) {
        await trainer.snapshot(device);
        if (run.divergence !== null) throw diverged(run.divergence, last, run.step);
        await writeCheckpointFile(out, device.adapter, run, images.source);
      }
      if (isLast || performance.now() > nextNoteMs) {
        note(`step ${run.step} of ${end}: loss ${last.loss.toFixed(4)}`);
        nextNoteMs = performance.now() + PROGRESS_MS;
      }
    }
  } finally {
    await file.close();
  }
  if (last === undefined) throw new Error('nothing was trained');
  return last;
}

/** Handles the trainer's events that matter here. */
function tell(event: TrainingEvent, stepCounts: StepCounts): void {
  if (event.type === 'refused') throw new HeadlessError(`${event.field}: ${event.message}`);
  if (event.type === 'prepared') stepCounts.begin();
  if (event.type === 'changed') note(`step ${event.step}: ${event.label}`);
}

/** Writes weights and summary. */
async function writeResults(
  out: string,
  { device, engine }: HeadlessDevice,
  run: Run,
  { classNames, source }: TrainingImages,
  stepCounts: StepCounts,
  { step, loss, accuracy }: StepMetrics,
): Promise<void> {
  const { config, graph, kernelChoices: tiles } = run;
  const ran = withMicroBatchSize(config, run.microBatchSize);
  const origin = { config: ran, step: run.step, classNames, test: null };
  const trained = completeState(graph, config.training.seed, await run.state()).weights;
  const { bytes } = await weightsFile(trained, origin, DEFAULT_EXPORT);
  await writeFile(join(out, 'weights.safetensors'), new Uint8Array(bytes));
  const summary = {
    parameters: graph.parameterCount,
    adapter: device.adapter.name,
    engine,
    arithmetic: run.arithmetic,
    precision: config.training.precision,
    ...splitOf(run),
    ...stepCounts.perStep(run.onDevice.summary.gpuBytes),
    final: { step, loss, accuracy },
    weightsSha256: await weightsSha256(graph, trained),
    ...{ stepsDone: run.step, images: source, weightsFrom: run.weightsFrom },
    replay: run.replay && withMicroBatchSize(run.replay, run.microBatchSize),
    tiles,
  };
  await writeFile(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  note(`written to ${out}: metrics.jsonl, weights.safetensors, ${CHECKPOINT_FILE}, summary.json`);
}

/** Kernels timed on this adapter, or known from an earlier time. */
async function tuned(device: EngineDevice, { graph, config }: Run): Promise<KernelChoices> {
  const options = {
    budgetMs: TUNING_MS,
    store: tuningFile(),
    onStart: () => note('tuning kernels …'),
  };
  return (await device.tune?.([{ graph, training: config.training }], options)) ?? {};
}

/** How the batch went through the network, and what that means for BatchNorm; for the summary. */
function splitOf({ config: { model, training }, microBatchSize }: Run): {
  readonly batchSize: number;
  readonly microBatchSize: number;
  readonly microBatches: number;
  readonly microBatchEffect?: string;
} {
  const { batchSize } = training;
  const size = microBatchSize ?? batchSize;
  const parts = {
    batchSize,
    microBatchSize: size,
    microBatches: splitBatch(batchSize, size).length,
  };
  if (size >= batchSize) return parts;
  const microBatchEffect =
    model.normalization === 'batch'
      ? `BatchNorm normalises each micro-batch of ${size} of the ${batchSize} images by its own statistics`
      : 'no layer works across images, so the result is that of the whole batch';
  return { ...parts, microBatchEffect };
}

function noteSplit(run: Run): void {
  const { microBatchSize, microBatchEffect } = splitOf(run);
  if (microBatchEffect === undefined) return;
  note(`the batch is split into micro-batches of ${microBatchSize}: ${microBatchEffect}`);
}

/**
 * The step to stop before.
 * @param available batches there are; infinite where images are drawn again and again.
 */
function lastStep({ steps, batches }: TrainCommand, run: Run, available: number): number {
  const { config, step } = run;
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
function checkSame(
  { resumed, images: before, run }: Start,
  { adapter }: EngineDevice,
  images: TrainingImages,
): void {
  if (resumed === null) return;
  note(`resumed: ${run.view?.name} at step ${run.step}`);
  if (!isSameAdapter(resumed.adapter, adapter)) {
    note(`the checkpoint was saved on ${resumed.adapter.name}: here the last bits may differ`);
  }
  if (before === null || images.source === null || isSameImages(before, images.source)) return;
  const { title, train: count } = images.source;
  throw new HeadlessError(
    `the checkpoint was trained on ${before.train} images of ${before.title}; these are ${count} of ${title}`,
  );
}

function diverged(
  { step, layer }: Divergence,
  { loss, learningRate }: StepMetrics,
  savedStep: number,
): HeadlessError {
  const what = Number.isFinite(loss) ? '' : `the loss was ${loss}, `;
  return new HeadlessError(
    `diverged at step ${step}: a number in ${layer} was no longer finite (${what}learning rate ${learningRate}). ` +
      `metrics.jsonl holds all steps so far${savedStep === 0 ? '' : `, ${CHECKPOINT_FILE} is of step ${savedStep}`}; try a lower rate.`,
  );
}
