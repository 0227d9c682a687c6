/**
 * Softmax and cross-entropy. So little work that the calling thread does it alone, in double precision; logits and their
 * gradient are [classes, N4].
 */
import { exp, log } from '../../../data/elementary.ts';
import { LABEL_BASE } from '../../../data/mixup.ts';

export interface LossShape {
  readonly classes: number;
  /** Images in memory, with the surplus ones. */
  readonly stride: number;
  /** Images that count: the first ones. */
  readonly rows: number;
}

/** Sums over the images that count. */
interface LossSums {
  loss: number;
  hits: number;
}

interface Softmax {
  readonly maximum: number;
  /** Class of the first maximum. */
  readonly prediction: number;
  /** log Σ exp(logit - maximum) */
  readonly logSum: number;
}

function softmaxOf({ classes, stride }: LossShape, logits: Float32Array, n: number): Softmax {
  let maximum = logits[n] ?? Number.NaN;
  let prediction = 0;
  for (let k = 1; k < classes; k++) {
    const logit = logits[k * stride + n] ?? Number.NaN;
    if (logit > maximum) {
      maximum = logit;
      prediction = k;
    }
  }
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += exp((logits[k * stride + n] ?? Number.NaN) - maximum);
  return { maximum, prediction, logSum: log(sum) };
}

interface LossOptions {
  readonly labelSmoothing: number;
  readonly images: number;
  /** Of mixed images: the weight of the first of each one's two labels. Null or left out: they have one. */
  readonly mixup?: number | null;
}

/** Writes the gradient of the mean loss over `images` images, all of it; surplus images get 0. */
export function softmaxCrossEntropy(
  shape: LossShape,
  { labelSmoothing, images, mixup = null }: LossOptions,
  logits: Float32Array,
  labels: Uint32Array,
  gradient: Float32Array,
): LossSums {
  const { classes, stride, rows } = shape;
  const offTarget = labelSmoothing / classes;
  const sums = { loss: 0, hits: 0 };
  gradient.fill(0);
  for (let n = 0; n < rows; n++) {
    const { maximum, prediction, logSum } = softmaxOf(shape, logits, n);
    const targets = targetsOf(labels[n] ?? 0, mixup);
    let sumOfLogs = 0;
    for (let k = 0; k < classes; k++) {
      const logProbability = (logits[k * stride + n] ?? Number.NaN) - maximum - logSum;
      let desired = offTarget;
      for (const [target, weight] of targets) {
        if (k !== target || weight === 0) continue;
        desired += weight * (1 - labelSmoothing);
        sums.loss -= weight * (1 - labelSmoothing) * logProbability;
      }
      gradient[k * stride + n] = (exp(logProbability) - desired) / images;
      sumOfLogs += logProbability;
    }
    // Not as a product with 0, which an impossible class would make NaN.
    if (labelSmoothing > 0) sums.loss -= offTarget * sumOfLogs;
    for (const [target, weight] of targets) if (prediction === target) sums.hits += weight;
  }
  return sums;
}

/** The classes of an image, each with its share. */
const targetsOf = (
  label: number,
  mixup: number | null,
): readonly (readonly [target: number, weight: number])[] =>
  mixup === null
    ? [[label, 1]]
    : [
        [label % LABEL_BASE, mixup],
        [Math.floor(label / LABEL_BASE), 1 - mixup],
      ];

/** Without smoothing or gradient. */
export function evaluateLoss(
  shape: LossShape,
  logits: Float32Array,
  labels: Uint32Array,
): LossSums {
  const sums = { loss: 0, hits: 0 };
  for (let n = 0; n < shape.rows; n++) {
    const { maximum, prediction, logSum } = softmaxOf(shape, logits, n);
    const label = labels[n] ?? 0;
    sums.loss += logSum - ((logits[label * shape.stride + n] ?? Number.NaN) - maximum);
    if (prediction === label) sums.hits++;
  }
  return sums;
}
