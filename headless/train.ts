/** `headless train`: the engine's training loop without a page. */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { finished } from 'node:stream/promises';
import type { StepMetrics } from '../src/engine/api.ts';
import { Batch, Network, Stepper } from '../src/engine/index.ts';
import type { RunConfig } from '../src/model/config.ts';
import type { LayerGraph } from '../src/model/graph.ts';
import { initialWeights } from '../src/model/initialize.ts';
import { weightsFile } from '../src/training/exportWeights.ts';
import { learningRateAt } from '../src/training/schedule.ts';
import type { TrainCommand } from './arguments.ts';
import { batchesForTraining } from './batchFile.ts';
import type { CallCounts } from './counting.ts';
import { folderForTraining } from './dataFolder.ts';
import { HeadlessError, readConfig, readWeights } from './files.ts';
import type { TrainingImages } from './images.ts';
import { note } from './note.ts';
import { type Session, withSession } from './session.ts';

/** Between two lines of progress. */
const PROGRESS_MS = 5000;

/** Trains, and writes metrics.jsonl, weights.safetensors and summary.json to `--out`. */
export async function train(command: TrainCommand): Promise<void> {
  const { config, graph } = await readConfig(command.config);
  const weights =
    command.init === null
      ? initialWeights(graph, config.training.seed)
      : await readWeights(command.init, graph);
  const file = command.batches === null ? null : await batchesForTraining(command.batches, config);
  const steps = stepsToTrain(command, config, file?.steps ?? Number.POSITIVE_INFINITY);
  await mkdir(command.out, { recursive: true });
  await withSession(async (session) => {
    const { gpu } = session;
    const images = file ?? (await folderForTraining(gpu, command.data, config));
    await images.prepare(steps);

    const { batchSize } = config.training;
    const { inputSize } = config.model;
    const batch = new Batch(gpu, { batchSize, inputSize });
    const network = await Network.create(gpu, { graph, training: config.training }, batch);
    network.load({ weights });
    const stepper = new Stepper(gpu, batch, [network]);
    const run = { config, graph, images, steps, batch, stepper, out: command.out };
    const measured = await trainSteps(session, run);

    const { weights: trained } = await network.save();
    const { classNames } = images;
    const { bytes } = weightsFile(trained, { config, step: steps, classNames, testAccuracy: null });
    await writeFile(join(command.out, 'weights.safetensors'), new Uint8Array(bytes));
    const summary = {
      parameters: graph.parameterCount,
      adapter: gpu.adapter.name,
      ...measured,
    };
    await writeFile(join(command.out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    note(`written to ${command.out}: metrics.jsonl, weights.safetensors, summary.json`);
  });
}

/** @param available batches there are; infinite where images are drawn again and again. */
function stepsToTrain(command: TrainCommand, config: RunConfig, available: number): number {
  const steps = command.steps ?? Math.min(config.training.steps, available);
  if (steps > available) {
    throw new HeadlessError(
      `--steps ${steps}: ${command.batches} holds ${available} batches of ${config.training.batchSize}`,
    );
  }
  return steps;
}

interface TrainingRun {
  readonly config: RunConfig;
  readonly graph: LayerGraph;
  readonly images: TrainingImages;
  readonly steps: number;
  readonly batch: Batch;
  readonly stepper: Stepper;
  readonly out: string;
}

/** Every step is waited for, so that its time is its own. */
async function trainSteps({ counts }: Session, run: TrainingRun) {
  const { config, graph, images, steps, batch, stepper } = run;
  const { learningRate, steps: scheduled } = config.training;
  const file = createWriteStream(join(run.out, 'metrics.jsonl'));
  const stepTimes: number[] = [];
  let last: StepMetrics | undefined;
  const before: CallCounts = { ...counts };
  let afterFirst = before;
  let nextNote = performance.now() + PROGRESS_MS;
  try {
    for (let step = 0; step < steps; step++) {
      const started = performance.now();
      const gather = images.load(step, batch);
      const metrics = await stepper.step({
        step,
        learningRates: [learningRateAt(learningRate, step, scheduled)],
        ...(gather === undefined ? {} : { gather }),
        readback: true,
      });
      stepTimes.push(performance.now() - started);
      if (step === 0) afterFirst = { ...counts };
      last = metrics?.[0]?.at(-1);
      if (last === undefined) throw new Error(`no metrics came back for step ${step}`);
      file.write(`${metricsLine(last, graph)}\n`);
      if (!Number.isFinite(last.loss)) throw diverged(last);
      if (performance.now() > nextNote || step === steps - 1) {
        note(`step ${step + 1} of ${steps}: loss ${last.loss.toFixed(4)}`);
        nextNote = performance.now() + PROGRESS_MS;
      }
    }
  } finally {
    file.end();
    await finished(file);
  }
  return {
    stepMs: median(stepTimes),
    dispatchesPerStep: (counts.dispatches - before.dispatches) / steps,
    submitsPerStep: (counts.submits - before.submits) / steps,
    buffersCreatedAfterFirstStep: counts.buffersCreated - afterFirst.buffersCreated,
    gpuBytes: counts.peakGpuBytes,
    final: { step: last?.step, loss: last?.loss, accuracy: last?.accuracy },
  };
}

function metricsLine(
  { step, loss, accuracy, learningRate, gradNorm }: StepMetrics,
  graph: LayerGraph,
) {
  const byName = graph.parameters.map(({ name }, i) => [name, gradNorm[i]]);
  return JSON.stringify({
    step,
    loss,
    accuracy,
    learningRate,
    gradNorm: Object.fromEntries(byName),
  });
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
