import { describe, expect, it } from 'vitest';
import type { AugmentationChoice } from '../../../../data/augmentation.ts';
import { hash32 } from '../../../../data/hash.ts';
import { NORMALIZATIONS, type Normalization } from '../../../../data/normalization.ts';
import { IMAGE_BYTES } from '../../../../data/types.ts';
import { unwritten } from '../../../testing/numeric.ts';
import { type Data, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { gatherBatchReference } from './gatherBatch.reference.ts';
import { type GatherBatchShape, gatherBatch, packDrawn, packGather } from './gatherBatch.ts';

const IMAGES = 11;
const IMAGES_PER_SHARD = 4;
const EPOCH = 7;
const pixels = Uint8Array.from({ length: IMAGES * IMAGE_BYTES }, (_, i) => hash32(1, 2, i) >>> 24);
const imageLabels = Uint32Array.from({ length: IMAGES }, (_, i) => (i * 3) % 10);

const STILL = { seed: 0, firstPosition: 0, augment: { crop: false, flip: false } };

interface Case {
  readonly batch: number;
  readonly rows: number;
  readonly inputSize: number;
  readonly augment: AugmentationChoice;
  readonly seed: number;
  readonly firstPosition: number;
  readonly normalization?: Normalization;
}

/** One call a shard, the last of them not full. */
async function gatherAll(shape: Case, indices: Uint32Array<ArrayBuffer>) {
  const { batch, inputSize, rows, augment } = shape;
  const images = unwritten(3 * inputSize * inputSize * batch);
  const labels = new Uint32Array(batch).fill(99);
  const gather = new Uint32Array(packGather({ rows, cutout: augment.cutout }));
  const drawn = packDrawn({ ...shape, indices, epochImages: EPOCH }, batch, inputSize);
  const calls = [0, 1, 2].map((shard) => {
    const [first, last] = [shard * IMAGES_PER_SHARD, (shard + 1) * IMAGES_PER_SHARD];
    const bytes = pixels.slice(first * IMAGE_BYTES, last * IMAGE_BYTES);
    const options: GatherBatchShape = { ...shape, imagesPerShard: IMAGES_PER_SHARD, shard };
    return gatherBatch<Data>(options, {
      pixels: new Uint32Array(bytes.buffer),
      shardLabels: imageLabels.slice(first, last),
      drawn,
      images,
      labels,
      gather,
    });
  });
  await runKernels(...calls);
  return { images, labels };
}

const ALL = {
  batch: 9,
  rows: 9,
  inputSize: 32,
  seed: 5,
  firstPosition: 0,
  augment: { crop: true, flip: true },
};

describe.each<Case>([
  ALL,
  { ...ALL, augment: { crop: false, flip: true } },
  { ...ALL, firstPosition: 3, augment: { crop: true, flip: 'alternating', cutout: 16 } },
  { ...ALL, inputSize: 16, batch: 8, rows: 8, augment: { crop: false, flip: false, cutout: 64 } },
  { ...ALL, seed: 0xffffffff, augment: { crop: true, flip: false, cutout: 7 } },
  { ...ALL, rows: 6, firstPosition: 123_456 },
  { ...ALL, inputSize: 16, batch: 8, rows: 8, firstPosition: 0xfffffffa },
  { ...ALL, inputSize: 8, batch: 5, rows: 1, augment: { crop: false, flip: false } },
  { ...ALL, inputSize: 4, batch: 2, rows: 2 },
  { ...ALL, rows: 8, normalization: NORMALIZATIONS.imagenet },
])('%o', (shape) => {
  it('is the reference batch', async () => {
    const indices = Uint32Array.from({ length: shape.batch }, (_, n) => (n * 7 + 10) % IMAGES);
    const { images, labels } = await gatherAll(shape, indices);
    const { inputSize, seed, firstPosition: position, augment } = shape;
    const expected = gatherBatchReference(
      {
        ...{ pixels, indices, inputSize, seed, position, augment },
        epochImages: EPOCH,
        normalization: shape.normalization,
      },
      shape,
    );
    // The subtraction of the mean magnifies the rounding of averages.
    expect(relativeError(images, expected)).toBeLessThan(1e-6);
    const expectedLabels = indices.map((index, n) =>
      n < shape.rows ? (imageLabels[index] ?? 98) : 0,
    );
    expect(labels).toEqual(expectedLabels);
  });
});

describe('gatherBatch', () => {
  it('normalises as torchvision does, and leaves images of other shards alone', async () => {
    const images = unwritten(3 * 32 * 32 * 2);
    const labels = Uint32Array.of(77, 77);
    const shape = {
      batch: 2,
      inputSize: 32,
      imagesPerShard: 1,
      shard: 1,
    };
    const bytes = new Uint8Array(IMAGE_BYTES);
    bytes.set([255, 0, 51]);
    await runKernels(
      gatherBatch<Data>(shape, {
        pixels: new Uint32Array(bytes.buffer),
        shardLabels: Uint32Array.of(6),
        drawn: packDrawn({ ...STILL, indices: Uint32Array.of(1, 0) }, 2, 32),
        images,
        labels,
        gather: new Uint32Array(packGather({ rows: 2 })),
      }),
    );
    expect(images[0]).toBeCloseTo((1 - 0.4914) / 0.2023, 5);
    expect(images[1024 * 2]).toBeCloseTo(-0.4822 / 0.1994, 5);
    expect(images[2048 * 2]).toBeCloseTo((0.2 - 0.4465) / 0.201, 5);
    expect(Number.isNaN(images[1])).toBe(true);
    expect(Array.from(labels)).toEqual([6, 77]);
  });

  it('refuses sizes that do not divide 32', () => {
    const shape = { batch: 1, inputSize: 24, imagesPerShard: 1, shard: 0 };
    const b = { pixels: 0, shardLabels: 1, drawn: 2, images: 3, labels: 4, gather: 5 };
    expect(() => gatherBatch(shape, b)).toThrow('inputSize 24');
  });
});
