/** What the exports of a whole network share, ONNX and TensorFlow.js: the walk over its nodes, and names. */
import type { Normalization } from '../data/normalization.ts';
import type { LayerNode, NodeId } from '../model/graph.ts';
import {
  type ExportModel,
  type ExportOptions,
  type ImageInput,
  knownNormalization,
} from './exportModel.ts';
import { exportName } from './names.ts';
import { t } from '../text/t.ts';
import { WeightsError } from './weightsError.ts';

/** Name of the graph's input. */
export const INPUT_NAMES: Readonly<Record<ImageInput, string>> = {
  normalised: 'images',
  pixels: 'pixels',
};
export const OUTPUT_NAME = 'logits';

/** Both call them the same. */
export const ACTIVATION_OPS = { relu: 'Relu', tanh: 'Tanh', sigmoid: 'Sigmoid' } as const;

/** What `pixels` are normalised by inside the graph. @throws WeightsError where it is not known. */
export function pixelNormalization({ config }: ExportModel): Normalization {
  const known = knownNormalization(config.data);
  if (known !== null) return known;
  throw new WeightsError(
    t`it is not known how the images of these weights were normalised, so the network can’t take plain pixels. Choose mean and deviation (data.mean, data.std), or export it for images that are normalised already`,
  );
}

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
