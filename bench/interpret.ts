/** Runs a layer graph on any engine's own operations, so that all engines compute the same network. */
import type { LayerGraph, LayerNode, NodeId } from '../src/model/graph.ts';

type NodeOf<K extends LayerNode['kind']> = Extract<LayerNode, { kind: K }>;

/** `T`: a tensor of the engine, images first. */
export interface LayerOperations<T> {
  conv(x: T, node: NodeOf<'conv'>): T;
  /** By the batch's statistics; moves the running ones. `count`: values a channel. */
  batchNorm(x: T, node: NodeOf<'batchNorm'>, count: number): T;
  activation(x: T, node: NodeOf<'activation'>): T;
  add(x: T, shortcut: T): T;
  /** `padAfter`: zero channels behind. */
  subsamplePad(x: T, node: NodeOf<'subsamplePad'>, padAfter: number): T;
  maxPool(x: T, node: NodeOf<'maxPool'>): T;
  globalAveragePool(x: T): T;
  linear(x: T, node: NodeOf<'linear'>): T;
  /** `x` once more, for engines whose operations use their operands up. */
  again(x: T): T;
}

/**
 * @returns the logits [N, classes].
 * @throws Error for dropout: each engine would draw another mask; and for scaled and gated branches and shortcuts.
 */
export function interpret<T>(
  graph: LayerGraph,
  batchSize: number,
  images: T,
  operations: LayerOperations<T>,
): T {
  const values = new Map<NodeId, T>();
  const usesLeft = countUses(graph);
  const take = (id: NodeId): T => {
    const value = values.get(id);
    if (value === undefined) throw new Error(`value ${id} is used before it is computed`);
    const left = (usesLeft.get(id) ?? 1) - 1;
    usesLeft.set(id, left);
    return left === 0 ? value : operations.again(value);
  };
  for (const node of graph.nodes) {
    values.set(node.id, compute(node));
  }
  return take(graph.output);

  function compute(node: LayerNode): T {
    switch (node.kind) {
      case 'input':
        return images;
      case 'conv':
        return operations.conv(take(node.input), node);
      case 'batchNorm': {
        const { height, width } = node.shape;
        return operations.batchNorm(take(node.input), node, batchSize * height * width);
      }
      case 'activation':
        return operations.activation(take(node.input), node);
      case 'add':
        return operations.add(take(node.input), take(node.shortcut));
      case 'subsamplePad': {
        const before = graph.nodes[node.input]?.shape.channels ?? 0;
        const padAfter = node.shape.channels - before - node.padBefore;
        return operations.subsamplePad(take(node.input), node, padAfter);
      }
      case 'maxPool':
        return operations.maxPool(take(node.input), node);
      case 'globalAveragePool':
        return operations.globalAveragePool(take(node.input));
      case 'linear':
        return operations.linear(take(node.input), node);
      case 'groupNorm':
        throw new Error('engines with group norm cannot be compared');
      case 'channelGate':
        throw new Error('engines with squeeze-excitation cannot be compared');
      case 'scale':
        throw new Error('engines with scaled branches cannot be compared');
      case 'gate':
        throw new Error('engines with gates cannot be compared');
      case 'dropout':
        throw new Error('engines with dropout cannot be compared');
      default:
        return node satisfies never;
    }
  }
}

function countUses({ nodes, output }: LayerGraph): Map<NodeId, number> {
  const uses = new Map<NodeId, number>([[output, 1]]);
  const count = (id: NodeId) => uses.set(id, (uses.get(id) ?? 0) + 1);
  for (const node of nodes) {
    if (node.kind !== 'input') count(node.input);
    if (node.kind === 'add') count(node.shortcut);
  }
  return uses;
}
