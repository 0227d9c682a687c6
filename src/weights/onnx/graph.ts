/** Layer graph → ONNX graph for inference: BatchNorm by its running statistics, no dropout, any number of images. */
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
  OUTPUT_NAME,
  pixelNormalization,
} from '../graphExport.ts';
import {
  FLOAT_TYPE,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './protobuf.ts';

const BATCH = 'batch';

/**
 * The network of `model` with its weights.
 * - input `images`: float32 [N, 3, S, S], normalised; or `pixels`: uint8 [N, H, W, 3], 0…255, RGB
 * - output `logits`: float32 [N, classes]
 * @throws WeightsError if a weight is missing
 */
export function onnxGraph(model: ExportModel, options: ExportOptions): OnnxGraph {
  const builder = new OnnxBuilder();
  addNodes(
    model,
    options,
    () => addInput(builder, model, options.input),
    (context, node, output) => addNode(builder, context, node, output),
  );
  return {
    name: 'network',
    nodes: builder.nodes,
    initializers: [...builder.initializers.values()],
    inputs: [inputValue(model, options.input)],
    outputs: [{ name: OUTPUT_NAME, type: 'float', shape: [BATCH, model.config.model.classes] }],
  };
}

class OnnxBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers = new Map<string, OnnxTensor>();

  /** @returns `output` */
  add(
    op: string,
    output: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    this.nodes.push({ op, name: `${output}/${op}`, inputs, output, attributes });
    return output;
  }

  /** @returns `name` */
  constant(name: string, shape: readonly number[], data: OnnxTensor['data']): string {
    this.initializers.set(name, { name, shape, data });
    return name;
  }

  integers(name: string, ...values: readonly number[]): string {
    return this.constant(name, [values.length], BigInt64Array.from(values, BigInt));
  }
}

function inputValue({ config }: ExportModel, input: ImageInput): OnnxValue {
  const { inputSize } = config.model;
  const { size } = pixelInput(config.model);
  const name = INPUT_NAMES[input];
  return input === 'normalised'
    ? { name, type: 'float', shape: [BATCH, 3, inputSize, inputSize] }
    : { name, type: 'uint8', shape: [BATCH, size, size, 3] };
}

/** Normalises pixels as in training: ÷ 255, blocks of pixels averaged, minus mean, over standard deviation. */
function addInput(builder: OnnxBuilder, model: ExportModel, input: ImageInput): string {
  const name = INPUT_NAMES[input];
  if (input === 'normalised') return name;
  const { mean, std } = pixelNormalization(model);
  const { block } = pixelInput(model.config.model);
  const scalar = builder.constant('input.scale', [], Float32Array.of(255));
  let last = builder.add('Cast', 'input.float', [name], { to: { int: FLOAT_TYPE } });
  last = builder.add('Transpose', 'input.planes', [last], { perm: { ints: [0, 3, 1, 2] } });
  last = builder.add('Div', 'input.unit', [last, scalar]);
  if (block > 1) {
    const window = { kernel_shape: { ints: [block, block] }, strides: { ints: [block, block] } };
    last = builder.add('AveragePool', 'input.small', [last], window);
  }
  const means = builder.constant('input.mean', [3, 1, 1], Float32Array.from(mean));
  const deviations = builder.constant('input.std', [3, 1, 1], Float32Array.from(std));
  last = builder.add('Sub', 'input.centred', [last, means]);
  return builder.add('Div', 'input.normalised', [last, deviations]);
}

function addNode(
  builder: OnnxBuilder,
  context: ExportContext,
  node: Exclude<LayerNode, { kind: 'input' }>,
  output: string,
): string {
  const { nameOf } = context;
  const x = nameOf(node.input);
  const tensor = (parameter: string): string => {
    const { name, shape, data } = context.weight(parameter);
    return builder.constant(name, shape, data);
  };
  switch (node.kind) {
    case 'conv': {
      const parameters = [node.weight, ...(node.bias === null ? [] : [node.bias])];
      return builder.add('Conv', output, [x, ...parameters.map(tensor)], windowed(node));
    }
    case 'batchNorm': {
      const { weight, bias, runningMean, runningVar } = node;
      const parameters = [weight, bias, runningMean, runningVar].map(tensor);
      const attributes = { epsilon: { float: node.epsilon } };
      return builder.add('BatchNormalization', output, [x, ...parameters], attributes);
    }
    case 'groupNorm':
      return addGroupNorm(builder, node, tensor, x, output);
    case 'activation':
      return builder.add(ACTIVATION_OPS[node.fn], output, [x]);
    case 'add':
      return builder.add('Add', output, [x, nameOf(node.shortcut)]);
    case 'channelGate':
      return builder.add('Mul', output, [x, nameOf(node.factors)]);
    case 'scale': {
      const { name, weight } = node;
      const value_float = { float: node.factor * node.survival };
      const known = builder.add('Constant', `${name}.factor`, [], { value_float });
      if (weight === null) return builder.add('Mul', output, [x, known]);
      const perChannel = builder.integers(`${name}.shape`, -1, 1, 1);
      const learnt = builder.add('Reshape', `${name}.channels`, [tensor(weight), perChannel]);
      const factor = builder.add('Mul', `${name}.product`, [learnt, known]);
      return builder.add('Mul', output, [x, factor]);
    }
    case 'gate': {
      const gate = nameOf(node.gate);
      if (!node.complement) return builder.add('Mul', output, [x, gate]);
      const one = builder.add('Constant', `${node.name}.one`, [], { value_float: { float: 1 } });
      const rest = builder.add('Sub', `${node.name}.rest`, [one, gate]);
      return builder.add('Mul', output, [x, rest]);
    }
    case 'subsamplePad':
      return addSubsamplePad(builder, node, context.padAfter(node), x, output);
    case 'maxPool':
      return builder.add('MaxPool', output, [x], windowed(node));
    case 'globalAveragePool': {
      if (node.block !== null) return builder.add('GlobalAveragePool', output, [x]);
      const pooled = builder.add('GlobalAveragePool', `${output}.map`, [x]);
      return builder.add('Flatten', output, [pooled], { axis: { int: 1 } });
    }
    case 'dropout':
      return x;
    case 'linear': {
      const parameters = [node.weight, node.bias].map(tensor);
      return builder.add('Gemm', output, [x, ...parameters], { transB: { int: 1 } });
    }
    default:
      return node satisfies never;
  }
}

/** As InstanceNorm of each group's values in a row: older runtimes have no GroupNormalization. */
function addGroupNorm(
  builder: OnnxBuilder,
  { name, groups, epsilon, shape, weight, bias }: Extract<LayerNode, { kind: 'groupNorm' }>,
  tensor: (parameter: string) => string,
  x: string,
  output: string,
): string {
  const reshaped = (part: string, from: string, ...to: readonly number[]) =>
    builder.add('Reshape', `${name}.${part}`, [
      from,
      builder.integers(`${name}.${part}Shape`, ...to),
    ]);
  // Made of integers, which nobody takes for weights.
  const floats = (part: string, value: number) => {
    const integers = builder.integers(`${name}.${part}Integers`, ...Array(groups).fill(value));
    return builder.add('Cast', `${name}.${part}`, [integers], { to: { int: FLOAT_TYPE } });
  };
  const rows = [reshaped('rows', x, 0, groups, -1), floats('ones', 1), floats('zeros', 0)];
  const attributes = { epsilon: { float: epsilon } };
  const alike = builder.add('InstanceNormalization', `${name}.alike`, rows, attributes);
  const { channels, height, width } = shape;
  const maps = reshaped('maps', alike, -1, channels, height, width);
  const gamma = reshaped('scale', tensor(weight), -1, 1, 1);
  const beta = reshaped('shift', tensor(bias), -1, 1, 1);
  const scaled = builder.add('Mul', `${name}.scaled`, [maps, gamma]);
  return builder.add('Add', output, [scaled, beta]);
}

interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

const windowed = ({ kernel, stride, padding }: Window) => ({
  kernel_shape: { ints: [kernel, kernel] },
  strides: { ints: [stride, stride] },
  pads: { ints: [padding, padding, padding, padding] },
});

/** Option A: every `stride`-th pixel (Slice), channels padded with zeros (Pad). */
function addSubsamplePad(
  builder: OnnxBuilder,
  { name, stride, padBefore }: Extract<LayerNode, { kind: 'subsamplePad' }>,
  padAfter: number,
  x: string,
  output: string,
): string {
  const sliced =
    stride === 1
      ? x
      : builder.add('Slice', `${name}.slice`, [
          x,
          builder.integers(`${name}.starts`, 0, 0),
          // To the end, however far that is.
          builder.integers(`${name}.ends`, 2 ** 31 - 1, 2 ** 31 - 1),
          builder.integers(`${name}.axes`, 2, 3),
          builder.integers(`${name}.steps`, stride, stride),
        ]);
  const pads = builder.integers(`${name}.pads`, 0, padBefore, 0, 0, 0, padAfter, 0, 0);
  return builder.add('Pad', output, [sliced, pads]);
}
