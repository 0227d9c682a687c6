/** Makes the batch from the dataset's bytes: gather, shrink, crop, flip, normalise, cut out. */
import { augmentation, cropPadding, type DrawnBatch } from '../../../../data/augmentation.ts';
import { CIFAR10_NORMALIZATION, type Normalization } from '../../../../data/normalization.ts';
import { IMAGE_SIZE } from '../../../../data/types.ts';
import { gridFor, gridRow } from '../grid.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import source from './gatherBatch.wgsl?raw';

const THREADS = 64;

export const GATHER_BYTES = 16;

interface GatherValues {
  /** Images of this call; the batch's surplus becomes 0. */
  readonly rows: number;
  /** Place in `drawn` of this call's first image; left out: 0. */
  readonly firstImage?: number;
  /** Side of the squares that are cut out; left out: 0. */
  readonly cutout?: number | undefined;
}

/** The `gather` uniform's `GATHER_BYTES` bytes. */
export function packGather({ rows, firstImage = 0, cutout = 0 }: GatherValues): ArrayBuffer {
  return new Uint32Array([rows, firstImage, cutout, 0]).buffer;
}

/** `drawn` holds two u32 an image. */
export const DRAWN_BYTES = 8;

/** Added to numbers from -64 to 63, which then take seven bits. */
const BIAS = 64;

/**
 * The buffer `drawn` of a batch of `batchSize` images: each one's index, and its augmentation in seven bits each for the
 * crop's and the cutout's left and upper edge, and one for the flip.
 */
export function packDrawn(
  batch: DrawnBatch,
  batchSize: number,
  inputSize: number,
): Uint32Array<ArrayBuffer> {
  const padding = cropPadding(inputSize);
  const packed = new Uint32Array(2 * batchSize);
  for (const [n, index] of batch.indices.entries()) {
    const { dx, dy, flip, cutout = { left: 0, top: 0 } } = augmentation(batch, n, inputSize);
    const edges = [dx - padding, dy - padding, cutout.left, cutout.top];
    const bits = edges.reduce((sum, edge, i) => sum | ((edge + BIAS) << (7 * i)), 0);
    packed.set([index, bits | (flip ? 1 << 28 : 0)], 2 * n);
  }
  return packed;
}

export interface GatherBatchShape {
  readonly batch: number;
  /** S: 32 or a divisor of it; below 32, blocks of pixels are averaged. */
  readonly inputSize: number;
  /** Left out: CIFAR-10's. */
  readonly normalization?: Normalization | undefined;
  readonly imagesPerShard: number;
  /** This call's shard: images shard · imagesPerShard and following. */
  readonly shard: number;
}

/**
 * Writes the images of the batch that lie in one shard; one call per shard makes the whole batch. The result is that of
 * `data/referenceBatch.ts`. Images from `gather.rows` on become 0.
 * - pixels: 768 u32 an image, bytes in order (little-endian), 32×32 RGB interleaved
 * - shardLabels u32 [imagesPerShard]; drawn: `packDrawn`, indices counted over all shards; those from `gather.firstImage`
 *   on are taken
 * - images [3, S, S, N]; labels u32 [N]; gather: the uniform of `packGather`
 * @throws RangeError when inputSize does not divide 32.
 */
export function gatherBatch<B>(
  shape: GatherBatchShape,
  buffers: {
    readonly pixels: B;
    readonly shardLabels: B;
    readonly drawn: B;
    readonly images: B;
    readonly labels: B;
    readonly gather: B;
  },
): KernelCall<B> {
  const { batch, inputSize, imagesPerShard, shard } = shape;
  if (IMAGE_SIZE % inputSize !== 0) throw new RangeError(`inputSize ${inputSize} ∤ ${IMAGE_SIZE}`);
  const { mean, std } = shape.normalization ?? CIFAR10_NORMALIZATION;
  const threads = inputSize * inputSize * batch;
  const constants = {
    THREADS,
    ROW: gridRow(threads, THREADS),
    BATCH: batch,
    SIZE: inputSize,
    BIAS,
    IMAGES_PER_SHARD: imagesPerShard,
    SHARD: shard,
    MEAN_RED: { f32: mean[0] },
    MEAN_GREEN: { f32: mean[1] },
    MEAN_BLUE: { f32: mean[2] },
    DEVIATION_RED: { f32: std[0] },
    DEVIATION_GREEN: { f32: std[1] },
    DEVIATION_BLUE: { f32: std[2] },
  };
  return kernelCall({
    kernel: 'gatherBatch',
    code: () => withConstants(constants, source),
    bindings: [
      buffers.pixels,
      buffers.shardLabels,
      buffers.drawn,
      buffers.images,
      buffers.labels,
      buffers.gather,
    ],
    workgroups: gridFor(threads, THREADS),
  });
}
