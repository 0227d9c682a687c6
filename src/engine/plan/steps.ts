/**
 * The steps of a plan: what an executor computes, in order. A step names its tensors and parameters; where those lie in
 * memory, which kernel does the work and which steps share a kernel is up to the executor.
 *
 * A step reads and writes
 * - activations and their gradients, as `BatchTensor`s;
 * - parameters, their gradients and moments, and BatchNorm's statistics, by name, where the plan's `StateLayout` says;
 * - the labels of the batch, and the current row of the metrics ring (`metricsRow.ts`).
 *
 * Every gradient that a backward step writes is that of the batch's mean loss.
 */
import type { ActivationLayer } from '../../model/activationLayers.ts';
import type { TensorShape } from '../../model/graph.ts';
import type { OptimizerConfig } from '../../model/optimizer.ts';
import type { ValueFormat } from './formats.ts';
import type {
  ChannelGateOperation,
  ConvOperation,
  DropoutOperation,
  GateOperation,
  GlobalAveragePoolOperation,
  GroupNormOperation,
  MaxPoolOperation,
  NormOperation,
  PointwiseOperation,
  ScaleFactor,
  ScaleOperation,
  SubsamplePadOperation,
} from './operations/operation.ts';

/** A tensor with a part for every image: [C, H, W, N], the image innermost. Told from others by identity. */
export interface BatchTensor {
  /** For people: `layer1.0.conv1`. */
  readonly label: string;
  /** Of one image's part. */
  readonly shape: TensorShape;
  readonly format: ValueFormat;
}

/** What each operation computes forward. */
type ForwardStep =
  | {
      readonly kind: 'conv';
      readonly operation: ConvOperation;
      readonly input: BatchTensor;
      readonly output: BatchTensor;
      /** A `batchNormStatistics` of `output` follows: what it needs can be gathered in the same pass over memory. */
      readonly isNormalized: boolean;
    }
  /** Mean and 1/√(variance + ε) of each channel of `input`, kept for backward; moves the running statistics. */
  | {
      readonly kind: 'batchNormStatistics';
      readonly operation: NormOperation;
      readonly input: BatchTensor;
    }
  /** The same for every BatchNorm of the network, from its running statistics. */
  | { readonly kind: 'batchNormEvaluation'; readonly epsilon: number }
  /**
   * output = activation(norm(input) + shortcut). Where the operation `fusesIntoLoad`, `output` need not be in memory: its
   * only readers, a convolution and that convolution's weight gradient, can make it from `input` as they load it.
   */
  | {
      readonly kind: 'pointwise';
      readonly operation: PointwiseOperation;
      readonly input: BatchTensor;
      readonly shortcut: BatchTensor | null;
      readonly output: BatchTensor;
    }
  | {
      readonly kind: 'groupNorm';
      readonly operation: GroupNormOperation;
      readonly input: BatchTensor;
      readonly output: BatchTensor;
      /** [2 · groups, N]: the means of all groups, then their 1/√(variance + ε). Kept for backward. */
      readonly moments: BatchTensor;
    }
  | {
      readonly kind: 'maxPool';
      readonly operation: MaxPoolOperation;
      readonly input: BatchTensor;
      readonly output: BatchTensor;
      /** u32 of `output`'s shape: place y · W + x of each maximum, for backward. */
      readonly argmax: BatchTensor;
    }
  | {
      readonly kind: 'globalAveragePool';
      readonly operation: GlobalAveragePoolOperation;
      readonly input: BatchTensor;
      readonly output: BatchTensor;
    }
  | {
      readonly kind: 'subsamplePad';
      readonly operation: SubsamplePadOperation;
      readonly input: BatchTensor;
      readonly output: BatchTensor;
    }
  | {
      readonly kind: 'dropout';
      readonly operation: DropoutOperation;
      readonly input: BatchTensor;
      readonly output: BatchTensor;
    }
  | {
      readonly kind: 'channelGate';
      readonly operation: ChannelGateOperation;
      readonly input: BatchTensor;
      readonly factors: BatchTensor;
      readonly output: BatchTensor;
    }
  | {
      readonly kind: 'scale';
      readonly operation: ScaleOperation;
      readonly by: ScaleFactor;
      readonly input: BatchTensor;
      readonly output: BatchTensor;
    }
  /** output = gate · input, or (1 − gate) · input for the complement. */
  | {
      readonly kind: 'gate';
      readonly operation: GateOperation;
      readonly input: BatchTensor;
      readonly gate: BatchTensor;
      readonly output: BatchTensor;
    }
  /**
   * Mean and variance of each channel of `input`, of all images of the batch so far: for the deviation of a layer that
   * has no BatchNorm.
   */
  | {
      readonly kind: 'channelMoments';
      readonly layer: ActivationLayer;
      readonly input: BatchTensor;
    }
  /** The standard deviation of every layer's response goes to its column of the metrics row. */
  | { readonly kind: 'activationStd'; readonly epsilon: number };

type LossStep =
  /** Mean cross-entropy and accuracy go to the metrics row; the loss's gradient to `logitsGradient`. */
  | {
      readonly kind: 'softmaxCrossEntropy';
      readonly logits: BatchTensor;
      readonly logitsGradient: BatchTensor;
      readonly labelSmoothing: number;
      /** Labels are pairs, of images that were mixed. */
      readonly mixes: boolean;
    }
  /** The sum of the cross-entropies and the count of hits go to the metrics row. */
  | { readonly kind: 'softmaxCrossEntropyEvaluation'; readonly logits: BatchTensor };

/** Where a backward step puts the gradient of its operation's input. */
interface InputGradient {
  readonly inputGradient: BatchTensor;
  /** Adds to what other readers of the input have put there; else overwrites. */
  readonly accumulate: boolean;
}

type BackwardStep =
  /** `input` is that of the convolution's forward step. */
  | {
      readonly kind: 'convWeightGradient';
      readonly operation: ConvOperation;
      readonly input: BatchTensor;
      readonly outputGradient: BatchTensor;
    }
  | {
      readonly kind: 'biasGradient';
      readonly operation: ConvOperation;
      readonly bias: string;
      readonly outputGradient: BatchTensor;
    }
  | (InputGradient & {
      readonly kind: 'convInputGradient';
      readonly operation: ConvOperation;
      readonly outputGradient: BatchTensor;
      /**
       * The BatchNorm that made the input, where this step completes the gradient of its output: the activation's slope
       * and the two sums over each channel, with which its `pointwiseGradient` begins, can be taken in the same pass.
       */
      readonly completes: CompletedNorm | null;
    })
  /**
   * Back through activation, shortcut and BatchNorm. `gradient`, that of `output`, may be overwritten; `inputGradient`
   * and `shortcutGradient` may be the same tensor as `gradient`.
   */
  | (InputGradient & {
      readonly kind: 'pointwiseGradient';
      readonly operation: PointwiseOperation;
      readonly input: BatchTensor;
      readonly output: BatchTensor;
      readonly gradient: BatchTensor;
      /**
       * Where the shortcut's gradient goes. It is that of the sum, which for an identity is left in `gradient` itself.
       * Null without a shortcut.
       */
      readonly shortcutGradient: BatchTensor | null;
    })
  /** Also of γ and β. */
  | (InputGradient & {
      readonly kind: 'groupNormGradient';
      readonly operation: GroupNormOperation;
      /** These two are those of the forward step. */
      readonly input: BatchTensor;
      readonly moments: BatchTensor;
      readonly outputGradient: BatchTensor;
      /** [2 · channels, N], to work in. */
      readonly sums: BatchTensor;
    })
  | {
      readonly kind: 'maxPoolGradient';
      readonly operation: MaxPoolOperation;
      readonly outputGradient: BatchTensor;
      readonly argmax: BatchTensor;
      readonly inputGradient: BatchTensor;
    }
  | (InputGradient & {
      readonly kind: 'globalAveragePoolGradient';
      readonly operation: GlobalAveragePoolOperation;
      readonly outputGradient: BatchTensor;
    })
  | {
      readonly kind: 'subsamplePadGradient';
      readonly operation: SubsamplePadOperation;
      readonly outputGradient: BatchTensor;
      readonly inputGradient: BatchTensor;
    }
  | {
      readonly kind: 'dropoutGradient';
      readonly operation: DropoutOperation;
      readonly outputGradient: BatchTensor;
      readonly inputGradient: BatchTensor;
    }
  | {
      readonly kind: 'channelGateGradient';
      readonly operation: ChannelGateOperation;
      /** These two are those of the forward step. */
      readonly input: BatchTensor;
      readonly factors: BatchTensor;
      readonly outputGradient: BatchTensor;
      readonly inputGradient: BatchTensor;
      readonly factorsGradient: BatchTensor;
    }
  | {
      readonly kind: 'scaleGradient';
      readonly operation: ScaleOperation;
      readonly by: ScaleFactor;
      readonly outputGradient: BatchTensor;
      readonly inputGradient: BatchTensor;
    }
  /** Of both, whose values are those of the forward step. */
  | {
      readonly kind: 'gateGradient';
      readonly operation: GateOperation;
      readonly input: BatchTensor;
      readonly gate: BatchTensor;
      readonly outputGradient: BatchTensor;
      readonly inputGradient: BatchTensor;
      readonly gateGradient: BatchTensor;
      /** Adds to what another reader of the gate has put there; else overwrites. */
      readonly accumulate: boolean;
    }
  /** `input` is that of the forward step. */
  | {
      readonly kind: 'scaleWeightGradient';
      readonly operation: ScaleOperation;
      readonly by: ScaleFactor;
      readonly weight: string;
      readonly input: BatchTensor;
      readonly outputGradient: BatchTensor;
    };

export interface CompletedNorm {
  readonly operation: NormOperation;
  /** Of its `pointwise` step. */
  readonly input: BatchTensor;
  readonly output: BatchTensor;
}

/** Moves parameters. */
interface Descent {
  readonly optimizer: OptimizerConfig;
  /** Where the whole batch's gradients lie. */
  readonly gradients: 'gradients' | 'gradientSums';
}

type UpdateStep =
  /** Adds a micro-batch's gradients to `gradientSums`, or for the first one copies them there. */
  | { readonly kind: 'addGradients'; readonly isFirst: boolean }
  /** Those that no `muon` moves. */
  | (Descent & { readonly kind: 'sgd' })
  /** Convolutions' filters, by their orthogonalised momentum. */
  | (Descent & { readonly kind: 'muon' })
  /** Adam or AdamW, all of them. */
  | (Descent & { readonly kind: 'adam' })
  /** The moving averages of all parameters and running statistics follow them. */
  | { readonly kind: 'average' }
  /**
   * Norms of gradient, weights and update of every active parameter go to the metrics row, and which running statistic
   * has overflowed (`overflow.ts`).
   */
  | { readonly kind: 'parameterNorms' };

export type PlanStep = ForwardStep | LossStep | BackwardStep | UpdateStep;

/** One kind of step. */
export type StepOf<K extends PlanStep['kind']> = Extract<PlanStep, { kind: K }>;
