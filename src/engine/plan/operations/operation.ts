/**
 * What the steps of a plan work for: layers that are computed together. BatchNorm, the shortcut's addition and the
 * activation behind it are one operation, `pointwise`; a linear layer is a 1×1 convolution. Values keep the node id of
 * the last layer that went into them.
 */
import type { ActivationName, LayerNode, NodeId, TensorShape } from '../../../model/graph.ts';
import type { Survival } from '../../../model/branchScale.ts';
import type { ConvGeometry } from '../geometry.ts';

export type NodeOf<K extends LayerNode['kind']> = Extract<LayerNode, { kind: K }>;
export type BatchNormNode = NodeOf<'batchNorm'>;

export type Activation = ActivationName | 'none';

export interface OperationBase {
  /** Path of the layer, as the profile shows it. */
  readonly name: string;
  readonly input: NodeId;
  readonly output: NodeId;
  readonly inputShape: TensorShape;
  readonly outputShape: TensorShape;
}

interface Window {
  /** Height and width. */
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Parameters by name; the weight's layout is [I, kernel, kernel, O4]. */
export type ConvOperation = OperationBase &
  Window & { readonly kind: 'conv'; readonly weight: string; readonly bias: string | null };

/** A convolution's shape for batches of `batch` images. */
export const geometryOf = (
  { inputShape, outputShape, kernel, stride, padding }: ConvOperation,
  batch: number,
): ConvGeometry => ({
  batch,
  inChannels: inputShape.channels,
  inHeight: inputShape.height,
  inWidth: inputShape.width,
  outChannels: outputShape.channels,
  kernel,
  stride,
  padding,
});

/** What an option-A shortcut reads: `channels` × `height` × `width`, every `stride`-th pixel. */
export interface SubsamplePad extends TensorShape {
  readonly stride: number;
  /** Zero channels before the first; the rest come after the last. */
  readonly padBefore: number;
}

export type PointwiseOperation = OperationBase & {
  readonly kind: 'pointwise';
  readonly norm: BatchNormNode | null;
  readonly shortcut: { readonly value: NodeId; readonly subsamplePad: SubsamplePad | null } | null;
  readonly activation: Activation;
  /**
   * Whether the result need never be in memory: it is BatchNorm, alone or with ReLU, which costs little, and a
   * single convolution reads it.
   */
  readonly fusesIntoLoad: boolean;
};

/** BatchNorm, perhaps with an addition and an activation behind it. */
export type NormOperation = PointwiseOperation & { readonly norm: BatchNormNode };

export const hasNorm = (operation: Operation): operation is NormOperation =>
  operation.kind === 'pointwise' && operation.norm !== null;

export type GroupNormOperation = OperationBase &
  Pick<NodeOf<'groupNorm'>, 'groups' | 'weight' | 'bias' | 'epsilon'> & {
    readonly kind: 'groupNorm';
  };

export type MaxPoolOperation = OperationBase & Window & { readonly kind: 'maxPool' };

export type GlobalAveragePoolOperation = OperationBase & { readonly kind: 'globalAveragePool' };

/** An option-A shortcut that nothing is added to. */
export type SubsamplePadOperation = OperationBase & {
  readonly kind: 'subsamplePad';
  readonly from: SubsamplePad;
};

export type DropoutOperation = OperationBase & {
  readonly kind: 'dropout';
  readonly rate: number;
  /** Distinguishes the masks of several layers. */
  readonly stream: number;
};

export type ScaleOperation = OperationBase &
  Pick<NodeOf<'scale'>, 'factor' | 'weight' | 'survival' | 'stream'> & {
    readonly kind: 'scale';
    /** Whether every channel has a number of its own in `weight`. */
    readonly perChannel: boolean;
  };

/** Each channel of an image times its factor of the value `factors`, [channels, 1, 1]. */
export type ChannelGateOperation = OperationBase & {
  readonly kind: 'channelGate';
  readonly factors: NodeId;
};

/** What a step multiplies by, apart from the learnt `weight`. */
export interface ScaleFactor {
  readonly factor: number;
  /** In steps in which it is not alive the factor is 0; null: it is alive in all of them. */
  readonly alive: Survival | null;
}

export type GateOperation = OperationBase &
  Pick<NodeOf<'gate'>, 'gate' | 'complement'> & { readonly kind: 'gate' };

export type Operation =
  | ConvOperation
  | PointwiseOperation
  | GroupNormOperation
  | MaxPoolOperation
  | GlobalAveragePoolOperation
  | SubsamplePadOperation
  | DropoutOperation
  | ScaleOperation
  | ChannelGateOperation
  | GateOperation;

/** The values that `operation` reads. */
export const valuesOf = (operation: Operation): readonly NodeId[] => {
  if (operation.kind === 'gate') return [operation.input, operation.gate];
  if (operation.kind === 'channelGate') return [operation.input, operation.factors];
  return operation.kind === 'pointwise' && operation.shortcut !== null
    ? [operation.input, operation.shortcut.value]
    : [operation.input];
};
