/** Softmax cross-entropy with label smoothing, its gradient, and the share of hits. */
import {
  add,
  argMax,
  cast,
  div,
  equal,
  exp,
  log,
  max,
  mean,
  mul,
  neg,
  oneHot,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core';

export interface Loss {
  /** Scalars: mean cross-entropy, share classified correctly. */
  readonly loss: Tensor;
  readonly accuracy: Tensor;
  /** Of the mean loss in the logits, [N, classes]. */
  readonly gradient: Tensor;
}

/** @param logits [N, classes] @param labels [N] int32 */
export function softmaxCrossEntropy(
  logits: Tensor,
  labels: Tensor1D,
  labelSmoothing: number,
): Loss {
  const [batch = 0, classes = 0] = logits.shape;
  return tidy(() => {
    const hits = oneHot(labels, classes);
    const targets = add(mul(cast(hits, 'float32'), 1 - labelSmoothing), labelSmoothing / classes);
    const shifted = sub(logits, max(logits, 1, true));
    const powers = exp(shifted);
    const total = sum(powers, 1, true);
    const logProbabilities = sub(shifted, log(total));
    return {
      loss: neg(div(sum(mul(targets, logProbabilities)), batch)),
      accuracy: mean(cast(equal(argMax(logits, 1), labels), 'float32')),
      gradient: div(sub(div(powers, total), targets), batch),
    };
  });
}
