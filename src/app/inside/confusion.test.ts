import { expect, it } from 'vitest';
import {
  emptyPredictions,
  isRight,
  notePrediction,
  topOf,
} from '../../training/studies/predictionTable.ts';
import {
  accuracyOf,
  classAccuracy,
  confusionOf,
  countAt,
  shareAt,
  worstConfusions,
} from './confusion.ts';
import { imagesOf, rankImages } from './ranking.ts';

/** Seven images of three classes. By hand: class 0 twice right, once taken for 2; class 1 once right, twice for 0. */
const LOGITS: readonly (readonly [label: number, logits: readonly number[]])[] = [
  [0, [3, 0, 0]],
  [0, [1, 0, 0]],
  [0, [0, 0, 2]],
  [1, [0, 5, 0]],
  [1, [4, 0, 0]],
  [1, [1, 0, 0.5]],
  // A tie goes to the lower class.
  [2, [0, 1, 1]],
];

const predictions = emptyPredictions(7, 3);
for (const [image, [label, logits]] of LOGITS.entries()) {
  notePrediction(predictions, image, label, Float32Array.from(logits));
}
const confusion = confusionOf(predictions);

it('counts as by hand', () => {
  expect([...confusion.counts]).toEqual([2, 0, 1, 2, 1, 0, 0, 1, 0]);
  expect([...confusion.images]).toEqual([3, 3, 1]);
  expect(countAt(confusion, { truth: 1, guess: 0 })).toBe(2);
  expect(shareAt(confusion, { truth: 1, guess: 0 })).toBeCloseTo(2 / 3);
  expect(accuracyOf(confusion)).toBeCloseTo(3 / 7);
  expect(classAccuracy(confusion)).toEqual([2 / 3, 1 / 3, 0]);
});

it('knows the commonest mistakes', () => {
  expect(worstConfusions(confusion, 2)).toEqual([
    { truth: 1, guess: 0 },
    { truth: 0, guess: 2 },
  ]);
  expect(worstConfusions(confusion, 9)).toHaveLength(3);
});

it('gives a class without images no accuracy', () => {
  const none = confusionOf({ ...emptyPredictions(1, 3), labels: Uint16Array.of(1) });
  expect(classAccuracy(none)).toEqual([Number.NaN, 0, Number.NaN]);
});

it('keeps loss and likeliest classes of each image', () => {
  const [e3, e1] = [Math.exp(3), Math.exp(1)];
  expect(predictions.loss[0]).toBeCloseTo(-Math.log(e3 / (e3 + 2)), 6);
  expect(predictions.loss[6]).toBeCloseTo(-Math.log(e1 / (2 * e1 + 1)), 6);
  const [first, second, third] = topOf(predictions, 5);
  expect([first?.label, second?.label, third?.label]).toEqual([0, 2, 1]);
  const sum = e1 + 1 + Math.exp(0.5);
  expect(second?.probability).toBeCloseTo(Math.exp(0.5) / sum, 6);
  expect(topOf(predictions, 6)[0]?.label).toBe(1);
  expect([0, 1, 2, 3, 4, 5, 6].map((image) => isRight(predictions, image))).toEqual([
    ...[true, true, false, true],
    ...[false, false, false],
  ]);
});

it('survives logits whose powers overflow', () => {
  const large = emptyPredictions(1, 3);
  notePrediction(large, 0, 1, Float32Array.of(1000, 990, -1000));
  expect(large.loss[0]).toBeCloseTo(10, 3);
  expect(large.topProbability[0]).toBeCloseTo(1 - Math.exp(-10), 6);
});

it('keeps five of many classes', () => {
  const many = emptyPredictions(2, 40);
  notePrediction(
    many,
    1,
    3,
    Float32Array.from({ length: 40 }, (_, c) => (c % 10) + c / 100),
  );
  expect(topOf(many, 1).map(({ label }) => label)).toEqual([39, 29, 19, 9, 38]);
});

it('puts images in order', () => {
  expect(rankImages(predictions, 'confidentlyWrong')).toEqual([4, 2, 5, 6]);
  expect(rankImages(predictions, 'highestLoss').slice(0, 2)).toEqual([4, 2]);
  expect(rankImages(predictions, 'lowestLoss')).toEqual([3, 0, 1]);
  expect(imagesOf(predictions, { truth: 1, guess: 0 })).toEqual([4, 5]);
  expect(imagesOf(predictions, { truth: 2, guess: 0 })).toEqual([]);
});
