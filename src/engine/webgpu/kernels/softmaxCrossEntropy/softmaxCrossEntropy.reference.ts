import { LABEL_BASE } from '../../../../data/mixup.ts';
import { at } from '../../../testing/numeric.ts';

interface Batch {
  readonly batch: number;
  readonly classes: number;
  /** Images that count, the first ones. */
  readonly rows: number;
}

/** log softmax of image n of logits [classes, batch]. */
function logSoftmax({ batch, classes }: Batch, logits: ArrayLike<number>, n: number): number[] {
  const column = Array.from({ length: classes }, (_, k) => at(logits, k * batch + n));
  const maximum = Math.max(...column);
  const sum = column.reduce((total, logit) => total + Math.exp(logit - maximum), 0);
  return column.map((logit) => logit - maximum - Math.log(sum));
}

/**
 * Mean loss and accuracy of logits [classes, batch], and the mean loss's gradient in their layout.
 * @param shape.mixup weight of the first label of each pair; left out: labels are no pairs.
 */
export function softmaxCrossEntropyReference(
  shape: Batch & { readonly labelSmoothing: number; readonly mixup?: number | undefined },
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
): { loss: number; accuracy: number; gradient: Float64Array } {
  const { batch, classes, rows, labelSmoothing, mixup = 1 } = shape;
  const gradient = new Float64Array(classes * batch);
  let loss = 0;
  let correct = 0;
  for (let n = 0; n < rows; n++) {
    const logProbabilities = logSoftmax(shape, logits, n);
    const [first, second] = [at(labels, n) % LABEL_BASE, Math.floor(at(labels, n) / LABEL_BASE)];
    const shareOf = (k: number) => (k === first ? mixup : 0) + (k === second ? 1 - mixup : 0);
    logProbabilities.forEach((logProbability, k) => {
      const share = shareOf(k);
      const target = (1 - labelSmoothing) * share + labelSmoothing / classes;
      loss -= (target * logProbability) / rows;
      gradient[k * batch + n] = (Math.exp(logProbability) - target) / rows;
    });
    correct += shareOf(logProbabilities.indexOf(Math.max(...logProbabilities)));
  }
  return { loss, accuracy: correct / rows, gradient };
}

/** Sum of the losses and count of images classified correctly. */
export function softmaxCrossEntropyEvaluationReference(
  shape: Batch,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
): { lossSum: number; correct: number } {
  const reference = softmaxCrossEntropyReference({ ...shape, labelSmoothing: 0 }, logits, labels);
  return { lossSum: reference.loss * shape.rows, correct: reference.accuracy * shape.rows };
}
