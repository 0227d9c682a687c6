/**
 * The layer graph, regrouped into what is computed in one go: BatchNorm, the shortcut's addition and the activation
 * behind it are one pass over memory, a linear layer is a 1×1 convolution. Values keep the node id of the last layer
 * that went into them.
 */
import type { LayerGraph, LayerNode, NodeId, TensorShape } from '../../model/graph.ts';
import type { Activation } from '../webgpu/kernels/activation.ts';
import type { SubsamplePad } from '../webgpu/kernels/pointwise/pointwise.ts';

type NodeOf<K extends LayerNode['kind']> = Extract<LayerNode, { kind: K }>;
export type BatchNormNode = NodeOf<'batchNorm'>;

interface OperationBase {
  /** Path of the layer whose name the profile shows. */
  readonly name: string;
  readonly input: NodeId;
  readonly output: NodeId;
  readonly inputShape: TensorShape;
  readonly outputShape: TensorShape;
}

export type ConvOperation = OperationBase & {
  readonly kind: 'conv';
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly weight: string;
  readonly bias: string | null;
};

export type PointwiseOperation = OperationBase & {
  readonly kind: 'pointwise';
  readonly norm: BatchNormNode | null;
  readonly shortcut: { readonly value: NodeId; readonly subsamplePad: SubsamplePad | null } | null;
  readonly activation: Activation;
};

export type Operation =
  | ConvOperation
  | PointwiseOperation
  | (OperationBase & {
      readonly kind: 'maxPool';
      readonly kernel: number;
      readonly stride: number;
      readonly padding: number;
    })
  | (OperationBase & { readonly kind: 'globalAveragePool' })
  /** An option-A shortcut that nothing is added to. */
  | (OperationBase & { readonly kind: 'subsamplePad'; readonly from: SubsamplePad })
  | (OperationBase & { readonly kind: 'dropout'; readonly rate: number; readonly stream: number });

/** `fused`: as training and tests compute it. `separate`: a pass of its own for every layer, so that each output exists. */
export type OperationGrouping = 'fused' | 'separate';

/** The operations of `graph` in execution order. */
export function operationsOf(graph: LayerGraph, how: OperationGrouping = 'fused'): Operation[] {
  const grouping = new Grouping(graph, how);
  return graph.nodes.flatMap((node) => grouping.operationsEndingAt(node));
}

class Grouping {
  readonly #graph: LayerGraph;
  readonly #how: OperationGrouping;
  readonly #consumers = new Map<NodeId, LayerNode[]>();

  constructor(graph: LayerGraph, how: OperationGrouping) {
    this.#graph = graph;
    this.#how = how;
    for (const node of graph.nodes) {
      const inputs = node.kind === 'input' ? [] : [node.input];
      if (node.kind === 'add') inputs.push(node.shortcut);
      for (const input of inputs) {
        this.#consumers.set(input, [...(this.#consumers.get(input) ?? []), node]);
      }
    }
  }

  operationsEndingAt(node: LayerNode): Operation[] {
    switch (node.kind) {
      case 'input':
        return [];
      case 'subsamplePad': {
        const consumers = this.#consumers.get(node.id) ?? [];
        const isAbsorbed = consumers.every((next) => next.kind === 'add' && next.input !== node.id);
        if (this.#how === 'fused' && isAbsorbed) return [];
        const ends = this.#ends(node, node.input, node.id);
        return [{ kind: 'subsamplePad', from: this.#subsampling(node), ...ends }];
      }
      case 'conv':
        return [{ ...node, ...this.#ends(node, node.input, node.id) }];
      case 'linear': {
        const ends = this.#ends(node, node.input, node.id);
        const { weight, bias } = node;
        return [{ ...ends, kind: 'conv', kernel: 1, stride: 1, padding: 0, weight, bias }];
      }
      case 'maxPool': {
        const { kernel, stride, padding } = node;
        const ends = this.#ends(node, node.input, node.id);
        return [{ ...ends, kind: 'maxPool', kernel, stride, padding }];
      }
      case 'globalAveragePool':
        return [{ kind: 'globalAveragePool', ...this.#ends(node, node.input, node.id) }];
      case 'dropout': {
        const ends = this.#ends(node, node.input, node.id);
        return [{ kind: 'dropout', rate: node.rate, stream: node.id, ...ends }];
      }
      case 'batchNorm':
      case 'add':
      case 'activation':
        return this.#absorber(node) === null ? [this.#pointwise(node)] : [];
      default:
        return node satisfies never;
    }
  }

  #node(id: NodeId): LayerNode {
    const node = this.#graph.nodes[id];
    if (node === undefined || node.id !== id) throw new Error(`layer graph has no node ${id}`);
    return node;
  }

  #ends(node: LayerNode, input: NodeId, output: NodeId): OperationBase {
    const inputShape = this.#node(input).shape;
    return { name: node.name, input, output, inputShape, outputShape: this.#node(output).shape };
  }

  /** The node behind `node` that is computed in the same pass, if there is one. */
  #absorber(node: LayerNode): LayerNode | null {
    if (this.#how === 'separate') return null;
    const [only, another] = this.#consumers.get(node.id) ?? [];
    if (only === undefined || another !== undefined) return null;
    const addsNorm = node.kind === 'batchNorm' && only.kind === 'add' && only.input === node.id;
    const activates =
      (node.kind === 'batchNorm' || node.kind === 'add') && only.kind === 'activation';
    return addsNorm || activates ? only : null;
  }

  #pointwise(last: NodeOf<'batchNorm' | 'add' | 'activation'>): PointwiseOperation {
    let node: LayerNode = last;
    let activation: Activation = 'none';
    let add: NodeOf<'add'> | null = null;
    let norm: BatchNormNode | null = null;
    let input = last.input;
    const stepBack = (): LayerNode | null => {
      const before = this.#node(input);
      return this.#absorber(before) === node ? before : null;
    };
    let current: LayerNode | null = last;
    while (current !== null) {
      node = current;
      if (node.kind === 'activation') activation = node.fn;
      else if (node.kind === 'add') add = node;
      else if (node.kind === 'batchNorm') norm = node;
      else break;
      input = node.input;
      current = stepBack();
    }
    const ends = this.#ends(norm ?? add ?? last, input, last.id);
    const shortcut = add === null ? null : this.#shortcut(add);
    return { kind: 'pointwise', norm, shortcut, activation, ...ends };
  }

  #shortcut(add: NodeOf<'add'>): PointwiseOperation['shortcut'] {
    const node = this.#node(add.shortcut);
    if (node.kind !== 'subsamplePad' || this.#how === 'separate') {
      return { value: node.id, subsamplePad: null };
    }
    return { value: node.input, subsamplePad: this.#subsampling(node) };
  }

  #subsampling({ input, stride, padBefore }: NodeOf<'subsamplePad'>): SubsamplePad {
    const { channels, height, width } = this.#node(input).shape;
    return { channels, height, width, stride, padBefore };
  }
}
