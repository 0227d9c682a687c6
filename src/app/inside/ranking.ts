/** Test images in an order worth looking at. */

import { guessOf, isRight, type Predictions } from '../../training/studies/predictionTable.ts';
import type { Cell } from './confusion.ts';
import { t } from '../../text/t.ts';

export const ORDERS = {
  /** Mistakes made with the greatest confidence. */
  confidentlyWrong: t`Most confidently wrong`,
  highestLoss: t`Highest loss`,
  lowestLoss: t`Surest and right`,
} as const;
export type Order = keyof typeof ORDERS;

/** Confidence in the guess. */
const confidence = ({ topProbability, top }: Predictions, image: number): number =>
  topProbability[image * top] ?? 0;

/** Indices of images in the given order; ties in the order of the images. */
export function rankImages(predictions: Predictions, order: Order): number[] {
  const all = [...predictions.labels.keys()];
  const lossOf = (image: number): number => predictions.loss[image] ?? 0;
  switch (order) {
    case 'confidentlyWrong':
      return all
        .filter((image) => !isRight(predictions, image))
        .sort((a, b) => confidence(predictions, b) - confidence(predictions, a));
    case 'highestLoss':
      return all.sort((a, b) => lossOf(b) - lossOf(a));
    case 'lowestLoss':
      return all
        .filter((image) => isRight(predictions, image))
        .sort((a, b) => lossOf(a) - lossOf(b));
    default:
      return order satisfies never;
  }
}

/** The images behind a cell of the confusion matrix, the surest guess first. */
export function imagesOf(predictions: Predictions, { truth, guess }: Cell): number[] {
  return [...predictions.labels.entries()]
    .filter(([image, label]) => label === truth && guessOf(predictions, image) === guess)
    .map(([image]) => image)
    .sort((a, b) => confidence(predictions, b) - confidence(predictions, a));
}
