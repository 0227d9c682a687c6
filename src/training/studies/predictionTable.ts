/**
 * What a network made of every test image, kept small: the five likeliest classes, the loss, the truth. Confusions,
 * accuracies and the order of images follow from it.
 */

/** Classes kept of each image. */
const TOP = 5;

export interface Predictions {
  readonly images: number;
  readonly classes: number;
  /** Length of each image's `topClass`: 5, or all classes where there are fewer. */
  readonly top: number;
  /** [images] the true classes. */
  readonly labels: Uint16Array;
  /** [images] −log of the probability given to the truth. */
  readonly loss: Float32Array;
  /** [images, top], likeliest first. */
  readonly topClass: Uint16Array;
  /** [images, top] */
  readonly topProbability: Float32Array;
}

/** Room for `images` predictions, none of them made. */
export function emptyPredictions(images: number, classes: number): Predictions {
  const top = Math.min(TOP, classes);
  return {
    ...{ images, classes, top },
    labels: new Uint16Array(images),
    loss: new Float32Array(images),
    topClass: new Uint16Array(images * top),
    topProbability: new Float32Array(images * top),
  };
}

/**
 * Notes the logits of image `image`; the softmax is in float64. Of equal logits the lower class comes first, as in the
 * engine's own count of hits.
 */
export function notePrediction(
  predictions: Predictions,
  image: number,
  label: number,
  logits: Float32Array,
): void {
  const { top, labels, loss, topClass, topProbability } = predictions;
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) largest = Math.max(largest, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  labels[image] = label;
  loss[image] = Math.log(sum) + largest - (logits[label] ?? Number.NaN);
  const order = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b);
  for (let rank = 0; rank < top; rank++) {
    const c = order[rank] ?? 0;
    topClass[image * top + rank] = c;
    topProbability[image * top + rank] = Math.exp((logits[c] ?? Number.NaN) - largest) / sum;
  }
}

/** The class an image was taken for. */
export const guessOf = ({ topClass, top }: Predictions, image: number): number =>
  topClass[image * top] ?? 0;

export const isRight = (predictions: Predictions, image: number): boolean =>
  guessOf(predictions, image) === predictions.labels[image];

/** The likeliest classes of an image, likeliest first. */
export function topOf(
  { top, topClass, topProbability }: Predictions,
  image: number,
): readonly { readonly label: number; readonly probability: number }[] {
  return Array.from({ length: top }, (_, rank) => ({
    label: topClass[image * top + rank] ?? 0,
    probability: topProbability[image * top + rank] ?? Number.NaN,
  }));
}

/** A copy of the first `images`. */
export function firstOf(predictions: Predictions, images: number): Predictions {
  const { classes, top, labels, loss, topClass, topProbability } = predictions;
  return {
    ...{ images, classes, top },
    labels: labels.slice(0, images),
    loss: loss.slice(0, images),
    topClass: topClass.slice(0, images * top),
    topProbability: topProbability.slice(0, images * top),
  };
}
