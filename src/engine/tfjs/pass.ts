/** A network forward and backward, node by node. */
import { add, dispose, type Tensor } from '@tensorflow/tfjs-core';
import { inputsOf, type LayerGraph, type LayerNode, type NodeId } from '../../model/graph.ts';
import type { LayerPass, Named, PassContext } from './layer.ts';
import { type Computed, runLayer } from './layers.ts';

export interface ForwardPass {
  readonly logits: Tensor;
  /** In execution order. */
  readonly passes: readonly { readonly id: NodeId; readonly pass: LayerPass }[];
}

/** Looks at a node's output, which may be freed right after. */
type VisitOutput = (node: LayerNode, output: Tensor) => void;

/**
 * All nodes in order. Outputs that neither a later node nor the backward pass reads are freed on the way; the rest
 * belongs to the caller's `tidy`.
 * @param images [N, S, S, 3]
 */
export function forward(
  graph: LayerGraph,
  images: Tensor,
  context: PassContext,
  visit: VisitOutput = () => undefined,
): ForwardPass {
  const nodes = graph.nodes.filter((node): node is Computed => node.kind !== 'input');
  const lastUse = new Map<NodeId, NodeId>();
  for (const node of nodes) for (const input of inputsOf(node)) lastUse.set(input, node.id);
  const values = new Map<NodeId, Tensor>();
  const kept = new Set<Tensor>();
  const value = (id: NodeId): Tensor => {
    const found = id === 0 ? images : values.get(id);
    if (found === undefined) throw new Error(`node ${id} is used before it is computed`);
    return found;
  };
  const passes = nodes.map((node) => {
    const pass = runLayer(node, value, context);
    values.set(node.id, pass.output);
    visit(node, pass.output);
    if (context.mode === 'training') {
      for (const saved of pass.saved) kept.add(saved);
    }
    for (const input of inputsOf(node)) {
      const used = value(input);
      if (input !== 0 && lastUse.get(input) === node.id && !kept.has(used)) used.dispose();
    }
    return { id: node.id, pass };
  });
  return { logits: value(graph.output), passes };
}

/**
 * The gradient of the loss in every parameter that a node uses.
 * @param gradient of the loss in the logits; freed.
 */
export function backward({ passes }: ForwardPass, output: NodeId, gradient: Tensor): Named[] {
  const gradients = new Map<NodeId, Tensor>([[output, gradient]]);
  const parameters: Named[] = [];
  for (const { id, pass } of passes.toReversed()) {
    const own = gradients.get(id);
    if (own === undefined) continue;
    const layer = pass.backward(own);
    own.dispose();
    parameters.push(...layer.parameters);
    for (const { node, value } of layer.inputs) {
      const other = gradients.get(node);
      gradients.set(node, other === undefined ? value : add(other, value));
      if (other !== undefined) dispose([other, value]);
    }
  }
  return parameters;
}
