/** `headless train`: the page's trainer without a page. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import type { EngineDevice, KernelChoices, StepMetrics } from '../src/engine/api.ts';
import { nextChange } from '../src/training/changes.ts';
import { isSameAdapter, isSameImages } from '../src/training/checkpoint/checkpoint.ts';
import type { Divergence } from '../src/training/health.ts';
import type { TrainingEvent } from '../src/training/protocol/events.ts';
import type { Run } from '../src/training/run.ts';
import { Trainer } from '../src/training/trainer.ts';
import { DEFAULT_EXPORT, formatOf } from '../src/weights/formats/registry.ts';
import type { TrainCommand } from './arguments.ts';
import { batchesForTraining } from './batchFile.ts';
import { CheckpointClock, writeCheckpointFile } from './checkpointWriter.ts';
import { folderForTraining } from './dataFolder.ts';
import { HeadlessError } from './files.ts';
import { type HeadlessDevice, headlessDevice } from './headlessDevice.ts';
import type { TrainingImages } from './images.ts';
import { MetricsFile } from './metricsFile.ts';
import { note } from './note.ts';
import { Progress } from './progress.ts';
import { CHECKPOINT_FILE, claimFolder, clearFolder } from './runFolder.ts';
import { noteSplit, writeResults } from './runResults.ts';
import { type Start, startOf } from './start.ts';
import { StepCounts } from './stepCounts.ts';
import { StopSignals } from './stopSignals.ts';
import { tuningFile } from './tuningFile.ts';

/** Longer than on the page: nobody asks for `--tune` who does not train for long. */
const TUNING_MS = 5000;

/**
 * Trains, and writes metrics.jsonl, weights.safetensors, checkpoint.safetensors and summary.json to `--out`.
 * @returns the exit code: that of the signal that stopped it, else 0.
 */
export async function train(command: TrainCommand): Promise<number> {
  const start = await startOf(command);
  const { run } = start;
  const { config } = run;
  const file = command.batches === null ? null : await batchesForTraining(command.batches, config);
  const end = lastStep(command, run, file?.steps ?? Number.POSITIVE_INFINITY);
  run.status = 'live';
  run.trainsPastEnd = end > config.training.steps;
  const folder = await claimFolder(command);
  const { arithmetic } = config.training;
  const opened = await headlessDevice({ ...command, arithmetic });
  const { device, counts } = opened;
  const images = file ?? (await folderForTraining(device, command.data, config));
  checkSame(start, device, images);
  await images.prepare(end);
  run.kernelChoices ??= command.tune ? await tuned(device, run) : {};
  const stepCounts = new StepCounts(counts);
  const trainer = await openTrainer(opened, command, run, images, stepCounts);
  // What saves is loaded before: Ctrl-C in a terminal also ends the process that compiles modules as they are imported.
  await formatOf(DEFAULT_EXPORT.format).load();
  // Only now: a network for which there is no room leaves an earlier run's files as they were.
  if (folder === 'replaced') await clearFolder(command.out);
  const from = folder === 'own' ? run.step : null;
  const metrics = await MetricsFile.open(command.out, from, command.statistics);
  const signals = new StopSignals();
  try {
    const last = await trainSteps({ opened, command, run, images, trainer, metrics, end, signals });
    await writeResults(command.out, opened, run, images, stepCounts, last);
    if (run.step < end) {
      note(
        `stopped at step ${run.step} of ${end}: --resume ${join(command.out, CHECKPOINT_FILE)} goes on`,
      );
    }
    return signals.code ?? 0;
  } finally {
    signals.release();
    metrics.close();
  }
}

/** The run on the device, and what its steps reported last. */
interface OpenTrainer {
  readonly trainer: Trainer;
  /** Calls `take` with every step's metrics. */
  onStep(take: (metrics: StepMetrics) => void): void;
}

async function openTrainer(
  { device }: HeadlessDevice,
  { gpuMemory }: TrainCommand,
  run: Run,
  images: TrainingImages,
  stepCounts: StepCounts,
): Promise<OpenTrainer> {
  let take: (metrics: StepMetrics) => void = () => undefined;
  const trainer = new Trainer({
    emit: (event) => tell(event, stepCounts),
    imagesOf: () => images,
    takesSnapshots: false,
    ...(gpuMemory === null ? {} : { deviceBytes: gpuMemory }),
    onBurst: () => stepCounts.startStep(),
    onMetrics: (_, [metrics], { ms }) => {
      if (metrics === undefined) return;
      stepCounts.endStep(ms);
      take(metrics);
    },
  });
  await trainer.runs.attachAll(device, [run]);
  trainer.runs.replace([run]);
  trainer.runs.regroup(device);
  noteSplit(run);
  return {
    trainer,
    onStep(listener) {
      take = listener;
    },
  };
}

interface Training {
  readonly opened: HeadlessDevice;
  readonly command: TrainCommand;
  readonly run: Run;
  readonly images: TrainingImages;
  readonly trainer: OpenTrainer;
  readonly metrics: MetricsFile;
  /** The step to stop before. */
  readonly end: number;
  readonly signals: StopSignals;
}

/**
 * Waits for each step before the next, so that its time is its own. A signal ends it behind a step.
 * @returns the last step's metrics; the checkpoint is of that step.
 */
async function trainSteps({
  opened: { device },
  command: { out, checkpointEvery },
  run,
  images,
  trainer: { trainer, onStep },
  metrics: file,
  end,
  signals,
}: Training): Promise<StepMetrics> {
  let last: StepMetrics | undefined;
  onStep((metrics) => {
    last = metrics;
    file.write(metrics, run.layerNames);
  });
  const neverAborted = new AbortController().signal;
  const progress = new Progress(run.step, end);
  const clock = new CheckpointClock(checkpointEvery, run.step, performance.now());
  for (;;) {
    await trainer.advance(device, true, neverAborted);
    await trainer.settle(device);
    // Signals come between two turns of the event loop.
    await setImmediate();
    if (last === undefined) throw new Error(`no metrics came back for step ${run.step}`);
    if (run.divergence !== null) throw diverged(run.divergence, last, run.step);
    const isLast = run.step === end || signals.code !== null;
    // A scheduled change may be refused, or make the run diverge.
    const isBeforeChange = nextChange(run.config)?.step === run.step;
    if (isLast || isBeforeChange || clock.isDue(run.step, performance.now())) {
      const startMs = performance.now();
      await trainer.snapshot(device);
      if (run.divergence !== null) throw diverged(run.divergence, last, run.step);
      await writeCheckpointFile(out, device.adapter, run, images.source);
      clock.written(startMs, performance.now());
    }
    progress.tell(run.step, last.loss);
    if (isLast) return last;
  }
}

/** Handles the trainer's events that matter here. */
function tell(event: TrainingEvent, stepCounts: StepCounts): void {
  if (event.type === 'refused') throw new HeadlessError(`${event.field}: ${event.message}`);
  if (event.type === 'prepared') stepCounts.begin();
  if (event.type === 'changed') note(`step ${event.step}: ${event.label}`);
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

/**
 * The step to stop before.
 * @param available batches there are, of which batch i is that of step i; infinite where images are drawn again and again.
 * @throws HeadlessError where no step is left, or the batches end before the last one.
 */
function lastStep({ steps, batches }: TrainCommand, run: Run, available: number): number {
  const { config, step } = run;
  const { batchSize, steps: scheduled } = config.training;
  const held = `${batches} holds ${available} batches of ${batchSize}, those of steps 0 to ${available - 1}`;
  if (available <= step) throw new HeadlessError(`--batches: ${held}; the run is at step ${step}`);
  const end = steps === null ? Math.min(scheduled, available) : step + steps;
  if (end > available) throw new HeadlessError(`--steps ${steps}: ${held}`);
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
