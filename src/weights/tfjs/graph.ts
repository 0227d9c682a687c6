/**
 * Layer graph → TensorFlow graph for inference, in the JSON that TensorFlow.js loads as a GraphModel. Maps are NHWC
 * there, kernels HWIO, so weights are transposed.
 */
import type { LayerNode, NodeId } from '../../model/graph.ts';
import {
  type ExportModel,
  type ExportOptions,
  type ImageInput,
  pixelInput,
} from '../exportModel.ts';
import { exportName } from '../names.ts';
import { WeightsError } from '../weightsError.ts';
import { hwio, transposed } from './layout.ts';

/** A node of a TensorFlow GraphDef; its inputs are other nodes' names. */
export interface TfNode {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, TfAttribute>>;
}

/** As JSON writes protocol buffers: 64-bit integers as text, bytes in base64. */
export type TfAttribute =
  | { readonly type: TfType }
  | { readonly s: string }
  | { readonly b: boolean }
  | { readonly f: number }
  | { readonly i: string }
  | { readonly list: { readonly i: readonly string[] } }
  | { readonly shape: TfShape }
  | { readonly tensor: { readonly dtype: TfType; readonly tensorShape: TfShape } };

type TfType = 'DT_FLOAT' | 'DT_INT32';
interface TfShape {
  readonly dim: readonly { readonly size: string }[];
}

/** A constant of the graph; its bytes stand in the shards. */
export interface TfWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export interface TfGraph {
  readonly nodes: readonly TfNode[];
  readonly weights: readonly TfWeight[];
  /** Shape of the input, −1 for the number of images. */
  readonly inputShape: readonly number[];
}

/** Of the graph's input. */
export const INPUT_NAMES: Readonly<Record<ImageInput, string>> = {
  normalised: 'images',
  pixels: 'pixels',
};
export const OUTPUT_NAME = 'logits';
/** As our BatchNorm has it. */
const EPSILON = 1e-5;
/** What max-pooling pads with: no value of a map is smaller. */
const LOWEST_FLOAT = -3.4028234663852886e38;

const ACTIVATIONS = { relu: 'Relu', tanh: 'Tanh', sigmoid: 'Sigmoid' } as const;

/**
 * The network of `model` with its weights.
 * - input `images`: float32 [N, S, S, 3], normalised; or `pixels`: float32 [N, H, W, 3], 0…255, RGB
 * - output `logits`: float32 [N, classes]
 * @throws WeightsError where a weight is missing
 */
export function tfGraph(model: ExportModel, options: ExportOptions): TfGraph {
  const { graph, config } = model;
  const builder = new TfBuilder();
  const names: string[] = [];
  const { inputSize } = config.model;
  const size = options.input === 'normalised' ? inputSize : pixelInput(config.model).size;
  const inputShape = [-1, size, size, 3];
  const context: Context = {
    builder,
    nameOf: (id) => names[id] ?? '',
    channelsOf: (id) => graph.nodes[id]?.shape.channels ?? 0,
    weight: (name) => {
      const found = model.weights.get(name);
      if (found === undefined) throw new WeightsError(`there is no ${name} to export`);
      return { ...found, name: exportName(name, options.naming) };
    },
  };
  for (const node of graph.nodes) {
    if (node.kind === 'input') {
      names[node.id] = addInput(builder, model, options.input, inputShape);
    } else {
      const output = node.id === graph.output ? OUTPUT_NAME : node.name;
      names[node.id] = addNode(context, node, output);
    }
  }
  return { nodes: builder.nodes, weights: [...builder.weights.values()], inputShape };
}

/** What a node needs to know of the rest. */
interface Context {
  readonly builder: TfBuilder;
  /** What a node that has been added puts out. */
  readonly nameOf: (id: NodeId) => string;
  readonly channelsOf: (id: NodeId) => number;
  /** A parameter under the name to export it by. */
  readonly weight: (parameter: string) => TfWeight & { readonly data: Float32Array };
}

class TfBuilder {
  readonly nodes: TfNode[] = [];
  readonly weights = new Map<string, TfWeight>();

  /** @returns `name` */
  add(
    op: string,
    name: string,
    input: readonly string[],
    attr: Readonly<Record<string, TfAttribute>> = {},
  ): string {
    this.nodes.push({ name, op, input, attr: { T: FLOAT, ...attr } });
    return name;
  }

  /** @returns the constant's name */
  constant({ name, shape, data }: TfWeight): string {
    if (this.weights.has(name)) return name;
    this.weights.set(name, { name, shape, data });
    const dtype: TfType = data instanceof Float32Array ? 'DT_FLOAT' : 'DT_INT32';
    const tensor = { dtype, tensorShape: tfShape(shape) };
    const attr = { dtype: { type: dtype }, value: { tensor } };
    this.nodes.push({ name, op: 'Const', input: [], attr });
    return name;
  }

  scalar(name: string, value: number): string {
    return this.constant({ name, shape: [], data: Float32Array.of(value) });
  }

  integers(name: string, shape: readonly number[], ...values: readonly number[]): string {
    return this.constant({ name, shape, data: Int32Array.from(values) });
  }
}

const FLOAT = { type: 'DT_FLOAT' } as const;
const INT = { type: 'DT_INT32' } as const;
const NHWC = { s: btoa('NHWC') };
const list = (...values: readonly number[]) => ({ list: { i: values.map(String) } });
const tfShape = (shape: readonly number[]): TfShape => ({
  dim: shape.map((size) => ({ size: `${size}` })),
});

/** Pixels as training takes them: /255, blocks averaged, minus mean, over deviation. */
function addInput(
  builder: TfBuilder,
  model: ExportModel,
  input: ImageInput,
  shape: readonly number[],
): string {
  const name = INPUT_NAMES[input];
  const placeholder = { dtype: FLOAT, shape: { shape: tfShape(shape) } };
  builder.nodes.push({ name, op: 'Placeholder', input: [], attr: placeholder });
  if (input === 'normalised') return name;
  const { mean, std } = model.normalization;
  const { block } = pixelInput(model.config.model);
  let last = builder.add('RealDiv', 'input.unit', [name, builder.scalar('input.scale', 255)]);
  if (block > 1) {
    const window = list(1, block, block, 1);
    const attributes = { ksize: window, strides: window, padding: { s: btoa('VALID') } };
    last = builder.add('AvgPool', 'input.small', [last], { ...attributes, data_format: NHWC });
  }
  const perChannel = (name: string, values: readonly number[]) =>
    builder.constant({ name, shape: [3], data: Float32Array.from(values) });
  last = builder.add('Sub', 'input.centred', [last, perChannel('input.mean', mean)]);
  return builder.add('RealDiv', 'input.normalised', [last, perChannel('input.std', std)]);
}

/** @returns the name of the node's output: `output`, or its input's where the node does nothing */
function addNode(
  context: Context,
  node: Exclude<LayerNode, { kind: 'input' }>,
  output: string,
): string {
  const { builder, nameOf, weight } = context;
  const x = nameOf(node.input);
  switch (node.kind) {
    case 'conv':
      return addConvolution(context, node, x, output);
    case 'batchNorm': {
      const { weight: scale, bias, runningMean, runningVar } = node;
      const parameters = [scale, bias, runningMean, runningVar].map((name) =>
        builder.constant(weight(name)),
      );
      return builder.add('FusedBatchNormV3', output, [x, ...parameters], {
        U: FLOAT,
        data_format: NHWC,
        epsilon: { f: EPSILON },
        is_training: { b: false },
      });
    }
    case 'activation':
      return builder.add(ACTIVATIONS[node.fn], output, [x]);
    case 'add':
      return builder.add('AddV2', output, [x, nameOf(node.shortcut)]);
    case 'subsamplePad':
      return addSubsamplePad(context, node, x, output);
    case 'maxPool':
      return addMaxPool(builder, node, x, output);
    case 'globalAveragePool': {
      const axes = builder.integers(`${output}.axes`, [2], 1, 2);
      return builder.add('Mean', output, [x, axes], { Tidx: INT, keep_dims: { b: false } });
    }
    case 'dropout':
      return x;
    case 'linear': {
      const { name, shape, data } = weight(node.weight);
      const [outputs = 0, inputs = 0] = shape;
      const matrix = transposed(data, outputs, inputs);
      const right = builder.constant({ name, shape: [inputs, outputs], data: matrix });
      const flags = { transpose_a: { b: false }, transpose_b: { b: false } };
      const product = builder.add('MatMul', `${output}.product`, [x, right], flags);
      const bias = builder.constant(weight(node.bias));
      return builder.add('BiasAdd', output, [product, bias], { data_format: NHWC });
    }
    default:
      return node satisfies never;
  }
}

/** TensorFlow's own "same" padding of even sizes at stride 2 lies on one side only, so the padding is spelled out. */
function addConvolution(
  { builder, weight }: Context,
  node: Extract<LayerNode, { kind: 'conv' }>,
  x: string,
  output: string,
): string {
  const { kernel, stride, padding } = node;
  const { name, shape, data } = weight(node.weight);
  const [outputs = 0, inputs = 0] = shape;
  const kernelName = builder.constant({
    name,
    shape: [kernel, kernel, inputs, outputs],
    data: hwio(data, outputs, inputs, kernel * kernel),
  });
  const convolved = node.bias === null ? output : `${output}.product`;
  builder.add('Conv2D', convolved, [x, kernelName], {
    data_format: NHWC,
    strides: list(1, stride, stride, 1),
    dilations: list(1, 1, 1, 1),
    padding: { s: btoa(padding === 0 ? 'VALID' : 'EXPLICIT') },
    explicit_paddings:
      padding === 0 ? list() : list(0, 0, padding, padding, padding, padding, 0, 0),
  });
  if (node.bias === null) return output;
  const bias = builder.constant(weight(node.bias));
  return builder.add('BiasAdd', output, [convolved, bias], { data_format: NHWC });
}

/** Option A: every `stride`-th pixel, channels padded with zeros. */
function addSubsamplePad(
  { builder, channelsOf }: Context,
  node: Extract<LayerNode, { kind: 'subsamplePad' }>,
  x: string,
  output: string,
): string {
  const { name, stride, padBefore, shape } = node;
  const padAfter = shape.channels - channelsOf(node.input) - padBefore;
  // The masks' four bits: from the first element of every dimension to its last.
  const wholes = { begin_mask: { i: '15' }, end_mask: { i: '15' } };
  const none = {
    ellipsis_mask: { i: '0' },
    new_axis_mask: { i: '0' },
    shrink_axis_mask: { i: '0' },
  };
  const sliced =
    stride === 1
      ? x
      : builder.add(
          'StridedSlice',
          `${name}.slice`,
          [
            x,
            builder.integers(`${name}.begin`, [4], 0, 0, 0, 0),
            builder.integers(`${name}.end`, [4], 0, 0, 0, 0),
            builder.integers(`${name}.strides`, [4], 1, stride, stride, 1),
          ],
          { Index: INT, ...wholes, ...none },
        );
  const pads = builder.integers(`${name}.pads`, [4, 2], 0, 0, 0, 0, 0, 0, padBefore, padAfter);
  return builder.add('Pad', output, [sliced, pads], { Tpaddings: INT });
}

/** Padded first: TensorFlow's max-pooling knows no explicit padding. */
function addMaxPool(
  builder: TfBuilder,
  { name, kernel, stride, padding }: Extract<LayerNode, { kind: 'maxPool' }>,
  x: string,
  output: string,
): string {
  const pads = [0, 0, padding, padding, padding, padding, 0, 0];
  const padsName = builder.integers(`${name}.pads`, [4, 2], ...pads);
  const lowest = builder.scalar(`${name}.lowest`, LOWEST_FLOAT);
  const padded = builder.add('PadV2', `${name}.padded`, [x, padsName, lowest], { Tpaddings: INT });
  return builder.add('MaxPool', output, [padded], {
    data_format: NHWC,
    ksize: list(1, kernel, kernel, 1),
    strides: list(1, stride, stride, 1),
    padding: { s: btoa('VALID') },
    explicit_paddings: list(),
  });
}
