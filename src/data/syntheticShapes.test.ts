import { describe, expect, it } from 'vitest';
import { openDataset } from './dataset.ts';
import { drawShapes, SHAPE_NAMES } from './syntheticShapes.ts';
import { IMAGE_BYTES, type Images } from './types.ts';

const CLASSES = 10;

/** Share of `held` that a softmax regression on the pixels gets right after training on `known`. */
function linearAccuracy(known: Images, held: Images, epochs: number): number {
  const size = IMAGE_BYTES + 1;
  const weights = new Float64Array(CLASSES * size);
  const input = new Float64Array(size);
  const scores = new Float64Array(CLASSES);
  const score = ({ pixels }: Images, image: number) => {
    for (let i = 0; i < IMAGE_BYTES; i++)
      input[i] = (pixels[image * IMAGE_BYTES + i] ?? 0) / 128 - 1;
    input[IMAGE_BYTES] = 1;
    for (let k = 0; k < CLASSES; k++) {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += (weights[k * size + i] ?? 0) * (input[i] ?? 0);
      scores[k] = sum;
    }
  };
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [image, label] of known.labels.entries()) {
      score(known, image);
      const most = Math.max(...scores);
      const total = scores.reduce((sum, value) => sum + Math.exp(value - most), 0);
      for (let k = 0; k < CLASSES; k++) {
        const slope = Math.exp((scores[k] ?? 0) - most) / total - (k === label ? 1 : 0);
        const step = (0.001 / (1 + epoch)) * slope;
        for (let i = 0; i < size; i++) {
          weights[k * size + i] = (weights[k * size + i] ?? 0) - step * (input[i] ?? 0);
        }
      }
    }
  }
  let right = 0;
  for (const [image, label] of held.labels.entries()) {
    score(held, image);
    if (scores.indexOf(Math.max(...scores)) === label) right++;
  }
  return right / held.labels.length;
}

describe('synthetic shapes', () => {
  it('depend on the stream and the index alone', () => {
    const all = drawShapes(11, 0, 30);
    const later = drawShapes(11, 20, 10);
    expect(later.labels).toEqual(all.labels.subarray(20));
    expect(later.pixels).toEqual(all.pixels.subarray(20 * IMAGE_BYTES));
    expect(drawShapes(12, 0, 30).labels).not.toEqual(all.labels);
  });

  it('come in ten kinds, about equally often', () => {
    expect(SHAPE_NAMES.length).toBe(CLASSES);
    const { labels } = drawShapes(3, 0, 1000);
    const counts = new Array<number>(CLASSES).fill(0);
    for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
    for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(45);
  });

  it('are too hard for a linear classifier', () => {
    const accuracy = linearAccuracy(drawShapes(1, 0, 2000), drawShapes(2, 0, 500), 3);
    expect(accuracy).toBeGreaterThan(0.05);
    expect(accuracy).toBeLessThan(0.5);
  });

  it('give different images for testing and training, the same each time they are opened', async () => {
    const read = async (seed: number) => {
      const parts: Record<string, Uint8Array> = {};
      const request = { source: 'synthetic', train: 20, test: 20, seed } as const;
      for await (const { split, pixels } of openDataset(request, { baseUrl: null }))
        parts[split] = pixels;
      return parts;
    };
    const [one, again, other] = [await read(4), await read(4), await read(5)];
    expect(one).toEqual(again);
    expect(one.train).not.toEqual(one.test);
    expect(one.train).not.toEqual(other.train);
  });
});
