/** Patch whitening: a first layer made from the training images (Page 2018; Jordan 2024, §3.1). */
import { referenceBatch } from '../data/referenceBatch.ts';
import { IMAGE_BYTES } from '../data/types.ts';
import type { RunConfig } from '../model/config.ts';
import { stemWidth } from '../model/builder.ts';
import { symmetricEigen } from './symmetricEigen.ts';

/** Added to the eigenvalues, as in airbench. */
const EPSILON = 5e-4;
const KERNEL = 3;
/** Numbers of a patch: inputs · kernel². */
const PATCH = 3 * KERNEL ** 2;

/**
 * Filters [F, 3, 3, 3] for F = `stemWidth`: the eigenvectors with the F / 2 largest eigenvalues λ of the patches' mean outer
 * product, each over √(λ + 0.0005), then the same with the opposite sign. All sums in double precision and in a fixed order:
 * the same bits on every machine.
 * @param images bytes [n, 32, 32, 3], or normalised, [n, 3, S, S].
 */
export function whiteningFilters(
  images: Uint8Array | Float32Array,
  { model, data }: Pick<RunConfig, 'model' | 'data'>,
): Float32Array {
  const { inputSize } = model;
  const seen =
    images instanceof Float32Array
      ? images
      : referenceBatch({
          ...{ pixels: images, inputSize, normalization: data },
          // Nothing is drawn without augmentation.
          ...{ seed: 0, position: 0, augment: null },
          indices: Uint32Array.from({ length: images.length / IMAGE_BYTES }, (_, i) => i),
        });
  const { values, vectors } = symmetricEigen(meanOuterProduct(seen, inputSize));
  const filters = new Float32Array(stemWidth(model) * PATCH);
  const half = filters.length / 2;
  for (let at = 0; at < half; at++) {
    const place = Math.floor(at / PATCH);
    const vector = vectors[place] ?? [];
    const largest = vector.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
    const scale = Math.sign(largest) / Math.sqrt((values[place] ?? 0) + EPSILON);
    filters[at] = (vector[at % PATCH] ?? 0) * scale;
    filters[half + at] = -(filters[at] ?? 0);
  }
  return filters;
}

/** Mean of p pᵀ over all 3×3 patches p that lie within an image, [27][27]; not centred. @param images [n, 3, S, S] */
function meanOuterProduct(images: Float32Array, size: number): number[][] {
  const side = size - KERNEL + 1;
  const positions = side ** 2;
  const imageLength = 3 * size ** 2;
  const count = images.length / imageLength;
  const sums = new Float64Array(PATCH * PATCH);
  const columns = Array.from({ length: PATCH }, () => new Float64Array(positions));
  for (let image = 0; image < count; image++) {
    for (const [i, column] of columns.entries()) {
      const channel = Math.floor(i / KERNEL ** 2);
      const row = Math.floor(i / KERNEL) % KERNEL;
      const start = image * imageLength + (channel * size + row) * size + (i % KERNEL);
      for (let y = 0; y < side; y++) {
        column.set(images.subarray(start + y * size, start + y * size + side), y * side);
      }
    }
    for (const [i, a] of columns.entries()) {
      for (let j = i; j < PATCH; j++) {
        sums[i * PATCH + j] = (sums[i * PATCH + j] ?? 0) + dot(a, columns[j] ?? a);
      }
    }
  }
  const mean = (i: number, j: number) =>
    (sums[Math.min(i, j) * PATCH + Math.max(i, j)] ?? 0) / (count * positions);
  return Array.from({ length: PATCH }, (_, i) =>
    Array.from({ length: PATCH }, (_, j) => mean(i, j)),
  );
}

/** In four sums, none of which waits for the one before it. */
function dot(a: Float64Array, b: Float64Array): number {
  const whole = a.length - (a.length % 4);
  let [s, t, u, v] = [0, 0, 0, 0];
  for (let k = 0; k < whole; k += 4) {
    s += (a[k] ?? 0) * (b[k] ?? 0);
    t += (a[k + 1] ?? 0) * (b[k + 1] ?? 0);
    u += (a[k + 2] ?? 0) * (b[k + 2] ?? 0);
    v += (a[k + 3] ?? 0) * (b[k + 3] ?? 0);
  }
  for (let k = whole; k < a.length; k++) s += (a[k] ?? 0) * (b[k] ?? 0);
  return s + t + (u + v);
}
