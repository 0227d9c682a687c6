/** What a training leaves in `--out` at its end: weights and a summary. */
import { join } from 'node:path';
import type { StepMetrics } from '../src/engine/api.ts';
import { splitBatch } from '../src/engine/plan/splitBatch.ts';
import { weightsFile } from '../src/training/exportWeights.ts';
import { withMicroBatchSize } from '../src/training/microBatchRecord.ts';
import type { Run } from '../src/training/run.ts';
import { givenWeights } from '../src/training/state.ts';
import { weightsSha256 } from '../src/training/weightsHash.ts';
import { DEFAULT_EXPORT } from '../src/weights/formats/registry.ts';
import type { HeadlessDevice } from './headlessDevice.ts';
import type { TrainingImages } from './images.ts';
import { note } from './note.ts';
import { writeWhole } from './outputFile.ts';
import { CHECKPOINT_FILE, METRICS_FILE, SUMMARY_FILE, WEIGHTS_FILE } from './runFolder.ts';
import type { StepCounts } from './stepCounts.ts';

/** Writes weights and summary, and says where everything is. @throws HeadlessError in one line */
export async function writeResults(
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
  const trained = givenWeights(graph, config.training.seed, await run.state());
  const { bytes } = await weightsFile(trained, origin, DEFAULT_EXPORT);
  await writeWhole(join(out, WEIGHTS_FILE), new Uint8Array(bytes));
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
  await writeWhole(join(out, SUMMARY_FILE), `${JSON.stringify(summary, null, 2)}\n`);
  const files = [METRICS_FILE, WEIGHTS_FILE, CHECKPOINT_FILE, SUMMARY_FILE];
  note(`written to ${out}: ${files.join(', ')}`);
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

export function noteSplit(run: Run): void {
  const { microBatchSize, microBatchEffect } = splitOf(run);
  if (microBatchEffect === undefined) return;
  note(`the batch is split into micro-batches of ${microBatchSize}: ${microBatchEffect}`);
}
