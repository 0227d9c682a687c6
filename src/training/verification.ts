/**
 * Verifying a run: training it again from its config and comparing the hash of its weights. Exact arithmetic gives the same
 * bits on every machine, so the hash matches if, and only if, the run is what it claims to be.
 */
import type { EngineDevice } from '../engine/api.ts';
import { REVISION } from '../engine/cpu/arithmetic.ts';
import { parseChoices } from '../engine/kernelChoices.ts';
import type { RunConfig } from '../model/config.ts';
import { type DatasetIdentity, isSameImages, type SavedRun } from './checkpoint/checkpoint.ts';
import type { RunImages } from './images.ts';
import type { TrainingEvent } from './protocol/events.ts';
import { Run } from './run.ts';
import { givenWeights } from './state.ts';
import { Trainer } from './trainer.ts';
import { checkRunnable } from './validateRun.ts';
import { weightsSha256 } from './weightsHash.ts';
import { shownTitle } from '../data/shownTitle.ts';
import { t } from '../text/t.ts';

/** What is claimed of a run. */
export interface Claim {
  /** Trains it again, with all that was changed on the way. */
  readonly config: RunConfig;
  /** After which the weights have the hash. */
  readonly steps: number;
  readonly weightsSha256: string;
  /** Those it was trained on; null: not said. */
  readonly images: DatasetIdentity | null;
}

/** What a run's record says of how it came about. */
export interface RunRecord extends Claim {
  readonly arithmetic: string | null;
  /** Null: no config can express what was done to it. */
  readonly replay: RunConfig | null;
  /** As the engine recorded them. */
  readonly kernels: unknown;
}

/** A run of which nothing can be verified; the message says why, as a sentence. */
export class UnverifiableError extends Error {
  override readonly name = 'UnverifiableError';
}

/** @throws UnverifiableError */
export function claimOf(record: Omit<RunRecord, 'config'>): Claim {
  const { arithmetic, replay, kernels, images, ...claim } = record;
  if (arithmetic !== 'exact') {
    throw new UnverifiableError(
      t`It was not computed in exact arithmetic throughout, so its last bits are particular to one machine. Set training.arithmetic to exact and train with WebAssembly kernels.`,
    );
  }
  if (replay === null) {
    throw new UnverifiableError(
      t`No config can express what was changed while it trained, so it can’t be trained again.`,
    );
  }
  const revision = parseChoices(kernels)?.revision ?? REVISION;
  if (revision !== REVISION) {
    throw new UnverifiableError(
      t`It was computed by revision ${revision} of exact arithmetic, and this program has revision ${REVISION}, which rounds differently.`,
    );
  }
  // Records name the micro-batches where there were any; BatchNorm has other bits in parts.
  const { batchSize, microBatchSize: given } = replay.training;
  const microBatchSize = given === 'auto' ? batchSize : given;
  const training = { ...replay.training, arithmetic, microBatchSize } as const;
  // The page draws shapes where CIFAR-10 can't be reached.
  const isDrawn = images !== null && !images.isCifar10 && replay.data.source === 'cifar10';
  const data = isDrawn ? ({ ...replay.data, source: 'synthetic' } as const) : replay.data;
  return { ...claim, images, config: { ...replay, training, data } };
}

/** What a saved run claims of itself. @throws UnverifiableError */
export async function claimOfRun(saved: SavedRun): Promise<Claim> {
  const { config, step: steps, images, arithmetic = null, replay = null, imported } = saved;
  if (imported !== null) {
    throw new UnverifiableError(
      t`It started from the weights of ${imported.source}, which its config does not contain.`,
    );
  }
  const run = new Run('saved', config);
  const weights = givenWeights(run.graph, config.training.seed, saved.state);
  const hash = await weightsSha256(run.graph, weights);
  const kernels = saved.kernelChoices;
  return claimOf({ steps, weightsSha256: hash, images, arithmetic, replay, kernels });
}

/** @throws UnverifiableError where others are here than those the run was trained on. */
export function checkImages({ images }: Claim, here: DatasetIdentity): void {
  if (images === null || isSameImages(images, here)) return;
  throw new UnverifiableError(
    t`It was trained on ${images.train} images of ${shownTitle(images.title)}; these are ${here.train} of ${shownTitle(here.title)}.`,
  );
}

export interface RetrainProgress {
  /** Steps done. */
  readonly step: number;
  readonly loss: number;
  /** Milliseconds that the rest will take. */
  readonly leftMs: number;
}

interface RetrainOptions {
  readonly device: EngineDevice;
  readonly images: RunImages;
  /** Called after each step. */
  readonly onProgress: (progress: RetrainProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Trains from the first step.
 * @param run at step 0, not on a device.
 * @returns `weightsSha256` after `steps` steps.
 * @throws Error when it can't be trained or diverges; EngineError; the signal's reason.
 */
export async function retrain(
  run: Run,
  steps: number,
  { device, images, onProgress, signal = new AbortController().signal }: RetrainOptions,
): Promise<string> {
  checkRunnable(run.config);
  run.trainsPastEnd = steps > run.config.training.steps;
  const startMs = performance.now();
  let loss = Number.NaN;
  const trainer = new Trainer({
    emit: refuse,
    imagesOf: () => images,
    takesSnapshots: false,
    onMetrics: (_, metrics) => {
      loss = metrics.at(-1)?.loss ?? loss;
    },
  });
  await trainer.runs.attachAll(device, [run]);
  trainer.runs.replace([run]);
  trainer.runs.regroup(device);
  while (run.step < steps) {
    signal.throwIfAborted();
    if ((await trainer.advance(device, true, signal)) === 'waitingForData') {
      throw new Error(t`the images of step ${run.step} are missing`);
    }
    await trainer.settle(device);
    const { step, divergence } = run;
    if (divergence !== null) throw new Error(t`training diverged at step ${divergence.step}`);
    const leftMs = ((performance.now() - startMs) / step) * (steps - step);
    onProgress({ step, loss, leftMs });
  }
  const { graph, config } = run;
  const weights = givenWeights(graph, config.training.seed, await run.state());
  run.release();
  return weightsSha256(graph, weights);
}

function refuse(event: TrainingEvent): void {
  if (event.type === 'refused') throw new Error(`${event.field}: ${event.message}`);
}
