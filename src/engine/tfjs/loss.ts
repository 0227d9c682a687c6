/** Softmax cross-entropy with label smoothing, its gradient, and the share of hits. */
import {
  add,
  argMax,
  cast,
  div,
  exp,
  floorDiv,
  log,
  max,
  mod,
  mul,
  neg,
  oneHot,
  scalar,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core';
import { LABEL_BASE } from '../../data/mixup.ts';

export interface Loss {
  /** Scalars: mean cross-entropy, share classified correctly. */
  readonly loss: Tensor;
  readonly accuracy: Tensor;
  /** Of the mean loss in the logits, [N, classes]. */
  readonly gradient: Tensor;
}

/**
 * The share of each class in each image, [N, classes].
 * @param labels [N] int32 @param mixup of pairs of labels: the weight of the first; left out: there is one each.
 */
export function targetsOf(labels: Tensor1D, classes: number, mixup?: number): Tensor {
  const shares = (of: Tensor) => cast(oneHot(of, classes), 'float32');
  if (mixup === undefined) return shares(labels);
  const base = scalar(LABEL_BASE, 'int32');
  const [first, second] = [mod(labels, base), floorDiv(labels, base)];
  return add(mul(shares(first), mixup), mul(shares(second), 1 - mixup));
}

/** @param logits [N, classes] @param shares of `targetsOf` */
export function softmaxCrossEntropy(logits: Tensor, shares: Tensor, labelSmoothing: number): Loss {
  const [batch = 0, classes = 0] = logits.shape;
  return tidy(() => {
    const targets = add(mul(shares, 1 - labelSmoothing), labelSmoothing / classes);
    const shifted = sub(logits, max(logits, 1, true));
    const powers = exp(shifted);
    const total = sum(powers, 1, true);
    const logProbabilities = sub(shifted, log(total));
    return {
      loss: neg(div(sum(mul(targets, logProbabilities)), batch)),
      accuracy: div(sum(mul(oneHot(argMax(logits, 1), classes), shares)), batch),
      gradient: div(sub(div(powers, total), targets), batch),
    };
  });
}
