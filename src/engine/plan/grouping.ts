/**
 * The layer graph, regrouped into operations: what is computed in one pass over memory. See `operations/operation.ts`.
 */
import { inputsOf, type LayerGraph, type LayerNode, type NodeId } from '../../model/graph.ts';
import type {
  Activation,
  BatchNormNode,
  NodeOf,
  Operation,
  OperationBase,
  PointwiseOperation,
  SubsamplePad,
} from './operations/operation.ts';

/** `fused`: as training and tests compute it. `separate`: an operation for every layer, so that each output exists. */
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
      for (const input of inputsOf(node)) {
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
      case 'groupNorm': {
        const { groups, weight, bias, epsilon } = node;
        const ends = this.#ends(node, node.input, node.id);
        return [{ kind: 'groupNorm', groups, weight, bias, epsilon, ...ends }];
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
        return [{ kind: 'dropout', rate: node.rate, stream: node.stream, ...ends }];
      }
      case 'channelGate': {
        const ends = this.#ends(node, node.input, node.id);
        return [{ kind: 'channelGate', factors: node.factors, ...ends }];
      }
      case 'scale': {
        const { factor, weight, survival, stream } = node;
        const parameter = this.#graph.parameters.find(({ name }) => name === weight);
        const perChannel = parameter !== undefined && parameter.elements > 1;
        const ends = this.#ends(node, node.input, node.id);
        return [{ kind: 'scale', factor, weight, survival, stream, perChannel, ...ends }];
      }
      case 'gate': {
        const { gate, complement } = node;
        return [{ kind: 'gate', gate, complement, ...this.#ends(node, node.input, node.id) }];
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
    const fusesIntoLoad = norm !== null && add === null && this.#isLoadedCheaply(last, activation);
    return { kind: 'pointwise', norm, shortcut, activation, fusesIntoLoad, ...ends };
  }

  /** Whether a single convolution reads `node`, and `activation` costs little to compute again at every load. */
  #isLoadedCheaply(node: LayerNode, activation: Activation): boolean {
    const [only, another] = this.#consumers.get(node.id) ?? [];
    const isReadByConv = only?.kind === 'conv' || only?.kind === 'linear';
    const isCheap = activation === 'none' || activation === 'relu';
    return this.#how === 'fused' && isReadByConv && another === undefined && isCheap;
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
