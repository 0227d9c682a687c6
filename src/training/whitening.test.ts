import { expect, it } from 'vitest';
import { drawShapes } from '../data/syntheticShapes.ts';
import { referenceBatch } from '../data/referenceBatch.ts';
import { caseFiles } from '../engine/reference/readCase.ts';
import { buildGraph } from '../model/builder.ts';
import { parseRunConfig } from '../model/parse.ts';
import { configOf } from '../model/testing/configs.ts';
import { readSafetensors } from '../weights/readSafetensors.ts';
import { whiteningFilters } from './whitening.ts';

const config = (stemWidth: number, inputSize = 16) =>
  configOf({ model: { stemWidth, inputSize, whitening: true } });

/** Responses of each filter at every place of an image where it fits, [filters][places], by plain loops. */
function responses(filters: Float32Array, images: Float32Array, size: number): number[][] {
  return Array.from({ length: filters.length / 27 }, (_, filter) => {
    const found: number[] = [];
    for (let n = 0; n < images.length / (3 * size * size); n++) {
      for (let y = 0; y + 3 <= size; y++) {
        for (let x = 0; x + 3 <= size; x++) {
          let sum = 0;
          for (let tap = 0; tap < 27; tap++) {
            const [channel, row, column] = [Math.floor(tap / 9), Math.floor(tap / 3) % 3, tap % 3];
            const pixel = ((n * 3 + channel) * size + y + row) * size + x + column;
            sum += (filters[filter * 27 + tap] ?? 0) * (images[pixel] ?? 0);
          }
          found.push(sum);
        }
      }
    }
    return found;
  });
}

const meanProduct = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) / a.length;

it('makes responses of size 1 that have nothing to do with one another, and their opposites', () => {
  const { pixels } = drawShapes(0, 0, 40);
  const indices = Uint32Array.from({ length: 40 }, (_, i) => i);
  const place = { seed: 0, position: 0, augment: null };
  const images = referenceBatch({ pixels, indices, inputSize: 16, ...place });
  const filters = whiteningFilters(pixels, config(12));
  expect(filters).toEqual(whiteningFilters(images, config(12)));
  const found = responses(filters, images, 16);
  for (const [i, a] of found.slice(0, 6).entries()) {
    expect(found[i + 6]).toEqual(a.map((value) => (value === 0 ? value : -value)));
    for (const [j, b] of found.slice(0, 6).entries()) {
      // λ / (λ + 0.0005) for the largest eigenvalues.
      expect(meanProduct(a, b)).toBeCloseTo(i === j ? 1 : 0, 1);
      if (i !== j) expect(Math.abs(meanProduct(a, b))).toBeLessThan(1e-5);
    }
  }
});

it('makes the first layer that numpy makes', () => {
  const files = caseFiles('patch-whitening');
  const expected = readSafetensors(files.init).tensors.get('conv1.weight')?.data;
  const images = readSafetensors(files.batches).tensors.get('images')?.data;
  if (!(images instanceof Float32Array)) throw new Error('no images');
  const filters = whiteningFilters(images, parseRunConfig(JSON.parse(files.config)));
  expect(filters.length).toBe(6 * 27);
  for (const [i, value] of filters.entries()) expect(value).toBeCloseTo(Number(expected?.[i]), 6);
});

it('takes all 27 directions, and leaves no other filters', () => {
  const { pixels } = drawShapes(0, 0, 10);
  const filters = whiteningFilters(pixels, config(54, 32));
  expect(filters.length).toBe(54 * 27);
  expect(filters.every(Number.isFinite)).toBe(true);
  const [first] = buildGraph(config(12).model).parameters;
  expect(first).toMatchObject({ name: 'conv1.weight', isFrozen: true });
});
