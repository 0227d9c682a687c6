/** Which class was taken for which: counts, shares and the images behind them. */
import { guessOf, type Predictions } from '../../training/studies/predictionTable.ts';

/** A cell of the matrix: images of class `truth` that were taken for `guess`. */
export interface Cell {
  readonly truth: number;
  readonly guess: number;
}

export interface Confusion {
  readonly classes: number;
  /** [classes, classes], rows by truth, columns by guess. */
  readonly counts: Uint32Array;
  /** [classes] images of each class. */
  readonly images: Uint32Array;
}

export function confusionOf(predictions: Predictions): Confusion {
  const { classes, labels } = predictions;
  const counts = new Uint32Array(classes * classes);
  const images = new Uint32Array(classes);
  for (const [image, truth] of labels.entries()) {
    const cell = truth * classes + guessOf(predictions, image);
    counts[cell] = (counts[cell] ?? 0) + 1;
    images[truth] = (images[truth] ?? 0) + 1;
  }
  return { classes, counts, images };
}

export const countAt = ({ classes, counts }: Confusion, { truth, guess }: Cell): number =>
  counts[truth * classes + guess] ?? 0;

/** Share of the class `truth` that was taken for `guess`; NaN where there is no image of it. */
export const shareAt = (confusion: Confusion, cell: Cell): number =>
  countAt(confusion, cell) / (confusion.images[cell.truth] ?? 0);

/** Share of each class that was recognised, [classes]; NaN where there is no image of it. */
export const classAccuracy = (confusion: Confusion): number[] =>
  Array.from({ length: confusion.classes }, (_, c) => shareAt(confusion, { truth: c, guess: c }));

/** Share of all images that were recognised. */
export function accuracyOf({ classes, counts, images }: Confusion): number {
  let right = 0;
  for (let c = 0; c < classes; c++) right += counts[c * classes + c] ?? 0;
  return right / images.reduce((sum, count) => sum + count, 0);
}

/** The most frequent mistakes, most frequent first. */
export function worstConfusions(confusion: Confusion, most: number): Cell[] {
  const { classes } = confusion;
  const cells = Array.from({ length: classes * classes }, (_, i) => ({
    truth: Math.floor(i / classes),
    guess: i % classes,
  }));
  return cells
    .filter((cell) => cell.truth !== cell.guess && countAt(confusion, cell) > 0)
    .sort((a, b) => countAt(confusion, b) - countAt(confusion, a))
    .slice(0, most);
}
