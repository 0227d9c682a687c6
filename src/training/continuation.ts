/** A run as "Continue in PyTorch" packs it. */
import type { Continuation, ScriptImages, SplitImages } from '../weights/pytorch/origin.ts';
import { exportedConfig } from './exportWeights.ts';
import { withMicroBatchSize } from './microBatchRecord.ts';
import type { Run } from './run.ts';
import { completeState, givenWeights } from './state.ts';
import type { TrainingData } from './trainingData.ts';
import { weightsSha256 } from './weightsHash.ts';

/**
 * The run as it is now, and the images that have arrived. Null where the images must be packed too, because nobody else
 * has them (they are not CIFAR-10's), and have not all arrived. No step must be under way.
 */
export async function continuationOf(run: Run, data: TrainingData): Promise<Continuation | null> {
  const images = imagesFor(run, data);
  if (images === null) return null;
  const { graph, step } = run;
  const ran = withMicroBatchSize(run.config, run.microBatchSize);
  const config = exportedConfig(ran, run.weightsFrom);
  const state = completeState(graph, config.training.seed, await run.state());
  const trainImages = data.info?.train ?? config.data.train;
  const hash = await weightsSha256(graph, givenWeights(graph, config.training.seed, state));
  return { config, graph, ...state, weightsSha256: hash, step, trainImages, images };
}

function imagesFor({ config }: Run, data: TrainingData): ScriptImages | null {
  const { info } = data;
  const isCifar10 = info?.isCifar10 ?? config.data.source === 'cifar10';
  const isHere = info !== null && data.arrived('train') === info.train;
  const splits = isHere ? { train: arrived(data, 'train'), test: arrived(data, 'test') } : null;
  if (isCifar10) return { kind: 'cifar10', splits };
  return splits === null ? null : { kind: 'own', splits };
}

function arrived(data: TrainingData, split: 'train' | 'test'): SplitImages {
  const chunks = data.arrivedChunks(split);
  return {
    pixels: joined(
      Uint8Array,
      chunks.map(({ pixels }) => pixels),
    ),
    labels: joined(
      Uint16Array,
      chunks.map(({ labels }) => labels),
    ),
  };
}

function joined<T extends Uint8Array | Uint16Array>(
  Kind: new (length: number) => T,
  parts: readonly T[],
): T {
  const whole = new Kind(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
