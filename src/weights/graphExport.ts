/** What the exports of a whole network share, ONNX and TensorFlow.js: the walk over its nodes, and names. */
import type { LayerNode, NodeId } from '../model/graph.ts';
import type { ExportModel, ExportOptions, ImageInput } from './exportModel.ts';
import { exportName } from './names.ts';
import { WeightsError } from './weightsError.ts';

/** Name of the graph's input. */
export const INPUT_NAMES: Readonly<Record<ImageInput, string>> = {
  normalised: 'images',
  pixels: 'pixels',
};
export const OUTPUT_NAME = 'logits';

export const BATCH_NORM_EPSILON = 1e-5;

/** Both call them the same. */
export const ACTIVATION_OPS = { relu: 'Relu', tanh: 'Tanh', sigmoid: 'Sigmoid' } as const;

interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What adding a node takes from the rest of the network. */
export interface ExportContext {
  /** Name of the output of a node that has been added. */
  nameOf(id: NodeId): string;
  /** Channels by which option A pads the end of its input. */
  padAfter(node: Extract<LayerNode, { kind: 'subsamplePad' }>): number;
  /** A parameter or statistic under its exported name. @throws WeightsError if it is missing. */
  weight(parameter: string): NamedTensor;
}

/**
 * Adds the nodes of `model` in execution order.
 * @param addInput adds the input; returns the name of the normalised images.
 * @param addNode adds any other node; returns the name of its output: `output`, or its input's if the node does nothing.
 */
export function addNodes(
  { graph, weights }: ExportModel,
  { naming }: Pick<ExportOptions, 'naming'>,
  addInput: () => string,
  addNode: (
    context: ExportContext,
    node: Exclude<LayerNode, { kind: 'input' }>,
    output: string,
  ) => string,
): void {
  const names: string[] = [];
  const context: ExportContext = {
    nameOf: (id) => names[id] ?? '',
    padAfter: ({ input, padBefore, shape }) =>
      shape.channels - (graph.nodes[input]?.shape.channels ?? 0) - padBefore,
    weight: (parameter) => {
      const found = weights.get(parameter);
      if (found === undefined) throw new WeightsError(`there is no ${parameter} to export`);
      return { ...found, name: exportName(parameter, naming) };
    },
  };
  for (const node of graph.nodes) {
    const output = node.id === graph.output ? OUTPUT_NAME : node.name;
    names[node.id] = node.kind === 'input' ? addInput() : addNode(context, node, output);
  }
}
