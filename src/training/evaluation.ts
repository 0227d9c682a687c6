/** Testing a run in short rounds, so that a command never waits long for it. */
import type { View } from '../data/augmentation.ts';
import { IMAGE_SIZE, type Split } from '../data/types.ts';
import type { EngineEvaluator, Evaluation, Gather, LoadImages } from '../engine/api.ts';
import type { TrainingConfig } from '../model/config.ts';
import type { RunImages } from './images.ts';
import { evaluateViews } from './testViews.ts';
import type { TrainingData } from './trainingData.ts';

/** Length of a round, which can be interrupted only at its end. */
export const ROUND_MS = 300;

interface TestResult {
  readonly loss: number;
  readonly accuracy: number;
  readonly images: number;
  /** Measured; null where nothing was tested. */
  readonly imageMs: number;
}

interface TestOptions {
  readonly training: Pick<TrainingConfig, 'testViews'>;
  readonly images: number;
  /** Images that are tested at a time. */
  readonly batchSize: number;
}

/** Takes images as they are, or in one view: no chance. */
function gatherPlain(
  data: Pick<RunImages, 'on'>,
  split: Split,
  indices: Uint32Array,
  view?: View,
): Gather {
  const augment = { crop: false, flip: false };
  return { dataset: data.on(split), indices, firstPosition: 0, augment, seed: 0, view };
}

/** Takes images `first`, `first` + 1, … of a split, where an evaluation counts from 0. */
export const gatherFrom =
  (data: Pick<RunImages, 'on'>, split: Split, first: number, view?: View): LoadImages =>
  (start, rows) => {
    const indices = Uint32Array.from({ length: rows }, (_, i) => first + start + i);
    return gatherPlain(data, split, indices, view);
  };

/**
 * Mean cross-entropy and accuracy over the first `images` test images, by running statistics and the config's views.
 * @returns null when `signal` was aborted before the end.
 * @throws EngineError `device-lost`
 */
export async function testRun(
  evaluator: EngineEvaluator,
  data: Pick<RunImages, 'on' | 'label'>,
  { training, images, batchSize }: TestOptions,
  signal: AbortSignal,
): Promise<TestResult | null> {
  const startMs = performance.now();
  let done = 0;
  let loss = 0;
  let hits = 0;
  let round = batchSize;
  while (done < images) {
    if (signal.aborted) return null;
    const first = done;
    const count = Math.min(round, images - first);
    const part = await evaluateViews(evaluator, count, training, {
      load: (view) => gatherFrom(data, 'test', first, view),
      label: (image) => data.label('test', first + image),
    });
    loss += part.lossSum;
    hits += Math.round(part.accuracy * count);
    done += count;
    const imageMs = (performance.now() - startMs) / done;
    round = batchSize * Math.max(1, Math.floor(ROUND_MS / imageMs / batchSize));
  }
  const imageMs = (performance.now() - startMs) / images;
  return { loss: loss / images, accuracy: hits / images, images, imageMs };
}

/** Class probabilities of the given test images, [images][classes]. */
export async function predictImages(
  evaluator: EngineEvaluator,
  data: Pick<RunImages, 'on'>,
  images: readonly number[],
): Promise<number[][]> {
  const { logits } = await evaluator.evaluate(
    images.length,
    (start, rows) => gatherPlain(data, 'test', Uint32Array.from(images.slice(start, start + rows))),
    { logits: true },
  );
  return softmaxRows(logits, images.length);
}

/** Rows of probabilities from logits [rows, classes]. */
export function softmaxRows(logits: Evaluation['logits'], rows: number): number[][] {
  if (logits === null || rows === 0) return [];
  const classes = logits.length / rows;
  return Array.from({ length: rows }, (_, row) => {
    const values = [...logits.subarray(row * classes, (row + 1) * classes)];
    const largest = Math.max(...values);
    const powers = values.map((value) => Math.exp(value - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => power / sum);
  });
}

/** Test images for a canvas: RGBA [images, 32, 32, 4], and their labels. */
export function testPixels(
  data: TrainingData,
  images: readonly number[],
): { pixels: Uint8ClampedArray; labels: number[] } {
  const size = IMAGE_SIZE * IMAGE_SIZE;
  const pixels = new Uint8ClampedArray(images.length * size * 4).fill(255);
  const labels: number[] = [];
  for (const [place, index] of images.entries()) {
    const image = data.image('test', index);
    labels.push(image.label);
    for (let i = 0; i < size; i++) {
      pixels.set(image.pixels.subarray(3 * i, 3 * i + 3), 4 * (place * size + i));
    }
  }
  return { pixels, labels };
}
