/**
 * Layer graph → TensorFlow graph for inference, in the JSON that TensorFlow.js loads as a GraphModel. TensorFlow's maps
 * are NHWC and its kernels HWIO, so weights are transposed.
 */
import type { LayerNode } from '../../model/graph.ts';
import {
  type ExportModel,
  type ExportOptions,
  type ImageInput,
  pixelInput,
} from '../exportModel.ts';
import {
  ACTIVATION_OPS,
  addNodes,
  type ExportContext,
  INPUT_NAMES,
  pixelNormalization,
} from '../graphExport.ts';
import {
  FLOAT,
  INT,
  list,
  NHWC,
  TfBuilder,
  type TfNode,
  type TfWeight,
  tfShape,
} from './graphDef.ts';
import { hwio, transposed } from './layout.ts';

export interface TfGraph {
  readonly nodes: readonly TfNode[];
  readonly weights: readonly TfWeight[];
  /** Shape of the input, −1 for the number of images. */
  readonly inputShape: readonly number[];
}

/** What max-pooling pads with: no value of a map is smaller. */
const LOWEST_FLOAT = -3.4028234663852886e38;

/**
 * The network of `model` with its weights.
 * - input `images`: float32 [N, S, S, 3], normalised; or `pixels`: float32 [N, H, W, 3], 0…255, RGB
 * - output `logits`: float32 [N, classes]
 * @throws WeightsError if a weight is missing
 */
export function tfGraph(model: ExportModel, options: ExportOptions): TfGraph {
  const builder = new TfBuilder();
  const config = model.config.model;
  const size = options.input === 'normalised' ? config.inputSize : pixelInput(config).size;
  const inputShape = [-1, size, size, 3];
  addNodes(
    model,
    options,
    () => addInput(builder, model, options.input, inputShape),
    (context, node, output) => addNode(builder, context, node, output),
  );
  return { nodes: builder.nodes, weights: [...builder.weights.values()], inputShape };
}

/** Normalises pixels as in training: ÷ 255, blocks of pixels averaged, minus mean, over standard deviation. */
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
  const { mean, std } = pixelNormalization(model);
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

function addNode(
  builder: TfBuilder,
  context: ExportContext,
  node: Exclude<LayerNode, { kind: 'input' }>,
  output: string,
): string {
  const { nameOf, weight } = context;
  const x = nameOf(node.input);
  switch (node.kind) {
    case 'conv':
      return addConvolution(builder, context, node, x, output);
    case 'batchNorm': {
      const { weight: scale, bias, runningMean, runningVar } = node;
      const parameters = [scale, bias, runningMean, runningVar].map((name) =>
        builder.constant(weight(name)),
      );
      return builder.add('FusedBatchNormV3', output, [x, ...parameters], {
        U: FLOAT,
        data_format: NHWC,
        epsilon: { f: node.epsilon },
        is_training: { b: false },
      });
    }
    case 'groupNorm':
      return addGroupNorm(builder, context, node, x, output);
    case 'activation':
      return builder.add(ACTIVATION_OPS[node.fn], output, [x]);
    case 'add':
      return builder.add('AddV2', output, [x, nameOf(node.shortcut)]);
    case 'channelGate':
      return builder.add('Mul', output, [x, nameOf(node.factors)]);
    case 'scale': {
      const known = builder.scalar(`${node.name}.factor`, node.factor * node.survival);
      if (node.weight === null) return builder.add('Mul', output, [x, known]);
      const learnt = builder.constant(weight(node.weight));
      const factor = builder.add('Mul', `${node.name}.product`, [learnt, known]);
      return builder.add('Mul', output, [x, factor]);
    }
    case 'gate': {
      const gate = nameOf(node.gate);
      if (!node.complement) return builder.add('Mul', output, [x, gate]);
      const one = builder.scalar(`${node.name}.one`, 1);
      const rest = builder.add('Sub', `${node.name}.rest`, [one, gate]);
      return builder.add('Mul', output, [x, rest]);
    }
    case 'subsamplePad':
      return addSubsamplePad(builder, node, context.padAfter(node), x, output);
    case 'maxPool':
      return addMaxPool(builder, node, x, output);
    case 'globalAveragePool': {
      const axes = builder.integers(`${output}.axes`, [2], 1, 2);
      const keep_dims = { b: node.block !== null };
      return builder.add('Mean', output, [x, axes], { Tidx: INT, keep_dims });
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

function addGroupNorm(
  builder: TfBuilder,
  { weight }: ExportContext,
  node: Extract<LayerNode, { kind: 'groupNorm' }>,
  x: string,
  output: string,
): string {
  const { name, groups, epsilon } = node;
  const { channels, height, width } = node.shape;
  const add = (op: string, part: string, ...inputs: readonly string[]) =>
    builder.add(op, `${name}.${part}`, inputs);
  const reshaped = (part: string, from: string, ...to: readonly number[]) => {
    const shape = builder.integers(`${name}.${part}Shape`, [to.length], ...to);
    return builder.add('Reshape', `${name}.${part}`, [from, shape], { Tshape: INT });
  };
  const axes = builder.integers(`${name}.axes`, [2], 1, 3);
  const mean = (part: string, from: string) =>
    builder.add('Mean', `${name}.${part}`, [from, axes], { Tidx: INT, keep_dims: { b: true } });
  const values = reshaped('values', x, -1, height * width, groups, channels / groups);
  const centered = add('Sub', 'centered', values, mean('mean', values));
  const variance = mean('variance', add('Mul', 'squares', centered, centered));
  const raised = add('AddV2', 'raised', variance, builder.scalar(`${name}.epsilon`, epsilon));
  const alike = add('Mul', 'alike', centered, add('Rsqrt', 'rstd', raised));
  const maps = reshaped('maps', alike, -1, height, width, channels);
  const scaled = add('Mul', 'scaled', maps, builder.constant(weight(node.weight)));
  return builder.add('AddV2', output, [scaled, builder.constant(weight(node.bias))]);
}

/** Explicit padding: TensorFlow's "same" pads even sizes at stride 2 on one side only. */
function addConvolution(
  builder: TfBuilder,
  { weight }: ExportContext,
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
  builder: TfBuilder,
  { name, stride, padBefore }: Extract<LayerNode, { kind: 'subsamplePad' }>,
  padAfter: number,
  x: string,
  output: string,
): string {
  // Four bits, one per dimension: from its first element to its last.
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

/** Padded in a step of its own: TensorFlow's max-pooling has no explicit padding. */
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
