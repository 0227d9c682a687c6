/**
 * The layer graph: what the builder makes of a model config, and all that an engine needs to know about a network.
 * Nodes are in execution order, so a node's inputs come before it. Shapes are per image; the batch dimension is implied.
 */
import type { ModelConfig } from './config.ts';

export interface TensorShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export type ActivationName = ModelConfig['activation'];

/** Index into `LayerGraph.nodes`. */
export type NodeId = number;

interface NodeBase {
  readonly id: NodeId;
  /** PyTorch's module path if it has one (`layer1.0.conv1`), else a path of the same form (`layer1.0.add`). */
  readonly name: string;
  /** `layer2.0` for nodes inside a residual block. */
  readonly block: string | null;
  /** Shape of this node's output. */
  readonly shape: TensorShape;
}

export type LayerNode =
  | (NodeBase & { readonly kind: 'input' })
  | (NodeBase & {
      readonly kind: 'conv';
      readonly input: NodeId;
      readonly kernel: number;
      readonly stride: number;
      readonly padding: number;
      /** Parameter names; `bias` is null in nets with a normalisation. */
      readonly weight: string;
      readonly bias: string | null;
    })
  | (NodeBase & {
      readonly kind: 'batchNorm';
      readonly input: NodeId;
      readonly weight: string;
      readonly bias: string;
      readonly runningMean: string;
      readonly runningVar: string;
      /** Added to the variance. */
      readonly epsilon: number;
    })
  /** Each image by itself: mean and variance of the values of `channels` / `groups` neighbouring channels. */
  | (NodeBase & {
      readonly kind: 'groupNorm';
      readonly input: NodeId;
      readonly groups: number;
      readonly weight: string;
      readonly bias: string;
      /** Added to the variance. */
      readonly epsilon: number;
    })
  | (NodeBase & {
      readonly kind: 'activation';
      readonly input: NodeId;
      readonly fn: ActivationName;
    })
  /** Sum of the block's branch and its shortcut. */
  | (NodeBase & { readonly kind: 'add'; readonly input: NodeId; readonly shortcut: NodeId })
  /** Times `factor` and the parameter `weight`, [1] or [channels]; times 0 in a step of training in which it is not `isAlive`. */
  | (NodeBase & {
      readonly kind: 'scale';
      readonly input: NodeId;
      readonly factor: number;
      readonly weight: string | null;
      /** Evaluation multiplies by it. */
      readonly survival: number;
      /** Tells its draws from those of others. */
      readonly stream: number;
    })
  /** Each channel of an image times its own factor, [channels, 1, 1]. */
  | (NodeBase & { readonly kind: 'channelGate'; readonly input: NodeId; readonly factors: NodeId })
  /** Times a value of the same shape, or times 1 − that where it is the `complement`. */
  | (NodeBase & {
      readonly kind: 'gate';
      readonly input: NodeId;
      readonly gate: NodeId;
      readonly complement: boolean;
    })
  /** Option A: every `stride`-th pixel, channels zero-padded by `padBefore` before and the rest after. */
  | (NodeBase & {
      readonly kind: 'subsamplePad';
      readonly input: NodeId;
      readonly stride: number;
      readonly padBefore: number;
    })
  | (NodeBase & {
      readonly kind: 'maxPool';
      readonly input: NodeId;
      readonly kernel: number;
      readonly stride: number;
      readonly padding: number;
    })
  | (NodeBase & { readonly kind: 'globalAveragePool'; readonly input: NodeId })
  | (NodeBase & {
      readonly kind: 'dropout';
      readonly input: NodeId;
      readonly rate: number;
      /** u32; tells its masks from those of others. */
      readonly stream: number;
    })
  | (NodeBase & {
      readonly kind: 'linear';
      readonly input: NodeId;
      readonly weight: string;
      readonly bias: string;
    });

/** The nodes that `node` reads; the main one first. */
export function inputsOf(node: LayerNode): readonly NodeId[] {
  switch (node.kind) {
    case 'input':
      return [];
    case 'add':
      return [node.input, node.shortcut];
    case 'gate':
      return [node.input, node.gate];
    case 'channelGate':
      return [node.input, node.factors];
    default:
      return [node.input];
  }
}

export type ParameterRole =
  | 'convWeight'
  | 'convBias'
  | 'gateBias'
  | 'normWeight'
  | 'normBias'
  | 'linearWeight'
  | 'linearBias'
  | 'branchScale';

export interface Parameter {
  /** torchvision's name, e.g. `layer1.0.conv1.weight`. */
  readonly name: string;
  /** Convolutions OIHW, linear layers [out, in], vectors [channels]. */
  readonly shape: readonly number[];
  readonly elements: number;
  readonly role: ParameterRole;
  /** False if its shortcut is cut: no node uses it, it is never updated, and its gradient norm is 0. */
  readonly active: boolean;
  /** Whether it stays as it begins. */
  readonly isFrozen?: boolean;
}

/** BatchNorm's running statistics. */
export interface RunningStatistic {
  readonly name: string;
  readonly channels: number;
  readonly initial: 0 | 1;
  readonly active: boolean;
}

/** One residual block, for drawing and for switching its shortcut. */
export interface BlockInfo {
  /** `layer2.0` */
  readonly name: string;
  readonly stage: number;
  readonly index: number;
  readonly inShape: TensorShape;
  readonly outShape: TensorShape;
  readonly changesShape: boolean;
  readonly shortcut: 'identity' | 'optionA' | 'projection' | 'cut' | 'none';
}

export interface LayerGraph {
  readonly model: ModelConfig;
  readonly nodes: readonly LayerNode[];
  /** The node whose output is the logits. */
  readonly output: NodeId;
  /** In torchvision's state-dict order. */
  readonly parameters: readonly Parameter[];
  readonly runningStatistics: readonly RunningStatistic[];
  readonly blocks: readonly BlockInfo[];
  /** Trainable numbers, running statistics not counted. */
  readonly parameterCount: number;
  /** Multiply-adds of one image's forward pass, convolutions and linear layers. */
  readonly macs: number;
}

/** A named tensor on the CPU, in PyTorch's layout. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Weights and running statistics by torchvision's names. */
export type StateDict = Map<string, Tensor>;
