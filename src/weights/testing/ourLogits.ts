/** Our own engine's logits, which every export is compared with. */
import type { ImageChunk } from '../../data/types.ts';
import { CpuDevice } from '../../engine/cpu/cpuDevice.ts';
import type { ExportModel } from '../exportModel.ts';

/** Logits [images, classes] of the chunk's images, normalised as in training. */
export async function ourLogits(model: ExportModel, images: ImageChunk): Promise<Float32Array> {
  const device = new CpuDevice({ workers: [], arithmetic: 'exact' });
  const { graph, weights, config } = model;
  const dataset = device.createDataset(images.count);
  dataset.append(images);
  const { inputSize } = config.model;
  const batch = device.createBatch({
    ...{ batchSize: images.count, inputSize },
    normalization: config.data,
  });
  const network = await device.createProbe({ graph }, batch);
  network.load(weights);
  const { logits } = await network.evaluate(
    images.count,
    (start, length) => ({
      dataset,
      indices: Uint32Array.from({ length }, (_, i) => start + i),
      firstPosition: 0,
      augment: { crop: false, flip: false },
      seed: 0,
    }),
    { logits: true },
  );
  for (const made of [network, batch, dataset]) made.destroy();
  if (logits === null) throw new Error('no logits');
  return logits;
}

/**
 * Largest difference between two sets of logits [images, classes], and how far a class's logit varies over the images,
 * for comparison.
 */
export function logitDifference(
  got: ArrayLike<number>,
  expected: Float32Array,
  classes: number,
): { readonly difference: number; readonly spread: number } {
  if (got.length !== expected.length) throw new Error(`${got.length} for ${expected.length}`);
  const differences = expected.map((value, i) => Math.abs((got[i] ?? Number.NaN) - value));
  const difference = differences.reduce((a, b) => Math.max(a, b), 0);
  const spreads = Array.from({ length: classes }, (_, label) => {
    const own = expected.filter((_, i) => i % classes === label);
    return Math.max(...own) - Math.min(...own);
  });
  return { difference, spread: Math.max(...spreads) };
}
