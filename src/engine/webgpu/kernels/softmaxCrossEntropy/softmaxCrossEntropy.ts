/** The loss: softmax, cross-entropy and, in training, its gradient, in one workgroup. */
import { LABEL_BASE } from '../../../../data/mixup.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import nan from '../nan.wgsl?raw';
import { STEP_STRUCT } from '../step.ts';
import { workgroupSum } from '../workgroupSum.ts';
import softmax from './softmax.wgsl?raw';
import source from './softmaxCrossEntropy.wgsl?raw';
import evaluationSource from './softmaxCrossEntropyEvaluation.wgsl?raw';

const LIBRARY = [STEP_STRUCT, workgroupSum('vec2f'), nan, softmax].join('');

interface LossShape {
  readonly batch: number;
  readonly classes: number;
  /** Floats in a row of the metrics ring. */
  readonly metricsRow: number;
}

/**
 * Mean cross-entropy, as PyTorch's: the target is (1 - ε) · onehot + ε / classes. Sums run over the first `step.rows`
 * images and are divided by `step.images`: the passes of a batch's micro-batches add up to the mean of the batch.
 * - logits [classes, N], labels u32 [N] < classes; with `mixes` pairs, of which the first has the weight `step.mixup`
 * - logitsGradient [classes, N]: of the batch's mean loss; 0 for images from `step.rows` on
 * - metrics: row `step.slot` gets the loss at 0 and the share of images classified correctly at 1
 *   (of equal logits the first class counts); with `step.firstImage` > 0 they are added to what is there
 */
export function softmaxCrossEntropy<B>(
  shape: LossShape & { readonly labelSmoothing: number; readonly mixes?: boolean },
  buffers: {
    readonly logits: B;
    readonly labels: B;
    readonly logitsGradient: B;
    readonly metrics: B;
    readonly step: B;
  },
): KernelCall<B> {
  const { logits, labels, logitsGradient, metrics, step } = buffers;
  const constants = {
    ...lossConstants(shape),
    LABEL_SMOOTHING: { f32: shape.labelSmoothing },
    MIXES: shape.mixes ?? false,
    LABEL_BASE,
  };
  return kernelCall({
    kernel: 'softmaxCrossEntropy',
    code: () => withConstants(constants, `${LIBRARY}${source}`),
    bindings: [logits, labels, logitsGradient, metrics, step],
    workgroups: [1, 1, 1],
  });
}

/**
 * As {@link softmaxCrossEntropy}, without label smoothing and gradient: row `step.slot` of metrics gets the *sum* of the
 * losses at 0 and the *count* of images classified correctly at 1.
 */
export function softmaxCrossEntropyEvaluation<B>(
  shape: LossShape,
  buffers: { readonly logits: B; readonly labels: B; readonly metrics: B; readonly step: B },
): KernelCall<B> {
  return kernelCall({
    kernel: 'softmaxCrossEntropyEvaluation',
    code: () => withConstants(lossConstants(shape), `${LIBRARY}${evaluationSource}`),
    bindings: [buffers.logits, buffers.labels, buffers.metrics, buffers.step],
    workgroups: [1, 1, 1],
  });
}

const lossConstants = ({ batch, classes, metricsRow }: LossShape) => ({
  LANES: batch > 64 ? 256 : 64,
  BATCH: batch,
  CLASSES: classes,
  METRICS_ROW: metricsRow,
});
