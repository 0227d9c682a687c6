/** Makes the batch from the dataset's bytes: gather, shrink, crop, flip, normalise. */
import { AUGMENTATION_STREAM, cropPadding } from '../../../../data/augmentation.ts';
import { CIFAR10_NORMALIZATION, type Normalization } from '../../../../data/normalization.ts';
import { IMAGE_SIZE } from '../../../../data/types.ts';
import { gridFor, gridRow } from '../grid.ts';
import hash32 from '../hash32.wgsl?raw';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import source from './gatherBatch.wgsl?raw';

const THREADS = 64;

export const GATHER_BYTES = 16;

interface GatherValues {
  /** step · batchSize: the position of `indices`' first image among all drawn so far. */
  readonly firstPosition: number;
  readonly seed: number;
  /** Images of this call; the batch's surplus becomes 0. */
  readonly rows: number;
  /** Place in `indices` of this call's first image; left out: 0. */
  readonly firstImage?: number;
}

/** The `gather` uniform's `GATHER_BYTES` bytes; all values modulo 2³². */
export function packGather(values: GatherValues): ArrayBuffer {
  const { firstPosition, seed, rows, firstImage = 0 } = values;
  return new Uint32Array([firstPosition, seed, rows, firstImage]).buffer;
}

export interface GatherBatchShape {
  readonly batch: number;
  /** S: 32 or a divisor of it; below 32, blocks of pixels are averaged. */
  readonly inputSize: number;
  readonly crop: boolean;
  readonly flip: boolean;
  /** Left out: CIFAR-10's. */
  readonly normalization?: Normalization | undefined;
  readonly imagesPerShard: number;
  /** This call's shard: images shard · imagesPerShard and following. */
  readonly shard: number;
}

/**
 * Writes the images of the batch that lie in one shard; one call per shard makes the whole batch. Augmentation is that of
 * `data/augmentation.ts`, the result that of `data/referenceBatch.ts`. Images from `gather.rows` on become 0.
 * - pixels: 768 u32 an image, bytes in order (little-endian), 32×32 RGB interleaved
 * - shardLabels u32 [imagesPerShard]; indices u32, counted over all shards: those from `gather.firstImage` on are taken
 * - images [3, S, S, N]; labels u32 [N]; gather: the uniform of `packGather`
 * @throws RangeError when inputSize does not divide 32.
 */
export function gatherBatch<B>(
  shape: GatherBatchShape,
  buffers: {
    readonly pixels: B;
    readonly shardLabels: B;
    readonly indices: B;
    readonly images: B;
    readonly labels: B;
    readonly gather: B;
  },
): KernelCall<B> {
  const { batch, inputSize, crop, flip, imagesPerShard, shard } = shape;
  if (IMAGE_SIZE % inputSize !== 0) throw new RangeError(`inputSize ${inputSize} ∤ ${IMAGE_SIZE}`);
  const { mean, std } = shape.normalization ?? CIFAR10_NORMALIZATION;
  const threads = inputSize * inputSize * batch;
  const constants = {
    THREADS,
    ROW: gridRow(threads, THREADS),
    BATCH: batch,
    SIZE: inputSize,
    PADDING: cropPadding(inputSize),
    CROP: crop,
    FLIP: flip,
    IMAGES_PER_SHARD: imagesPerShard,
    SHARD: shard,
    AUGMENTATION_STREAM,
    MEAN_RED: { f32: mean[0] },
    MEAN_GREEN: { f32: mean[1] },
    MEAN_BLUE: { f32: mean[2] },
    DEVIATION_RED: { f32: std[0] },
    DEVIATION_GREEN: { f32: std[1] },
    DEVIATION_BLUE: { f32: std[2] },
  };
  return kernelCall({
    kernel: 'gatherBatch',
    code: () => withConstants(constants, `${hash32}${source}`),
    bindings: [
      buffers.pixels,
      buffers.shardLabels,
      buffers.indices,
      buffers.images,
      buffers.labels,
      buffers.gather,
    ],
    workgroups: gridFor(threads, THREADS),
  });
}
