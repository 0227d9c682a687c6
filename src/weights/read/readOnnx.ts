/** Reads the weights out of an ONNX file. Field numbers are those of onnx.proto (github.com/onnx/onnx). */
import { PbfReader } from 'pbf';
import { METADATA_FILE } from '../exportModel.ts';
import { WeightsError } from '../weightsError.ts';
import {
  type ElementType,
  elementBytes,
  gather,
  packedStrides,
} from '../../containers/numbers/elementType.ts';
import { elementCount, isShape } from '../../containers/numbers/shape.ts';
import type { ModuleFacts, StoredTensor, WeightsFile } from './weightsFile.ts';
import { t } from '../../text/t.ts';

/** TensorProto.DataType */
const DATA_TYPES: Readonly<Record<number, ElementType>> = {
  ...{ 1: 'F32', 2: 'U8', 3: 'I8', 4: 'U16', 5: 'I16', 6: 'I32', 7: 'I64', 9: 'BOOL' },
  ...{ 10: 'F16', 11: 'F64', 12: 'U32', 13: 'U64', 16: 'BF16', 17: 'F8_E4M3', 19: 'F8_E5M2' },
};
/** What normalises pixels in our own exports. */
const INPUT_PREFIX = 'input.';
/** IR versions go up to 13 (2026). */
const MAX_IR_VERSION = 32;

interface Node {
  op: string;
  readonly inputs: string[];
  readonly floats: Map<string, number>;
  readonly ints: Map<string, number>;
}

interface Model {
  readonly tensors: Map<string, StoredTensor>;
  readonly nodes: Node[];
  readonly metadata: Map<string, string>;
  hasGraph: boolean;
}

/** `ir_version`, then another field. */
export const isOnnx = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x08 && (bytes[1] ?? 255) <= MAX_IR_VERSION && bytes.length > 16;

/** @throws WeightsError naming what is wrong. */
export function readOnnx(bytes: Uint8Array): WeightsFile {
  const model: Model = { tensors: new Map(), nodes: [], metadata: new Map(), hasGraph: false };
  try {
    new PbfReader(bytes).readFields(readModel, model);
  } catch (error) {
    if (error instanceof WeightsError) throw error;
    throw new WeightsError(t`ONNX file: it is damaged or cut off`);
  }
  if (!model.hasGraph || model.tensors.size === 0) {
    throw new WeightsError(t`ONNX file: there are no weights in it`);
  }
  const weights = [...model.tensors].filter(
    ([name, { dtype }]) => !name.startsWith(INPUT_PREFIX) && !dtype.startsWith('I'),
  );
  const group = {
    ...{ path: '', tensors: new Map(weights), unreadable: new Map(), remarks: [] },
    modules: factsOf(model.nodes),
  };
  return { format: 'ONNX', groups: [group], metadata: model.metadata };
}

function readModel(tag: number, model: Model, pbf: PbfReader): void {
  if (tag === 7) {
    model.hasGraph = true;
    pbf.readMessage(readGraph, model);
  } else if (tag === 14) {
    const entry = pbf.readMessage(readEntry, { key: '', value: '' });
    if (entry.key !== METADATA_FILE) model.metadata.set(entry.key, entry.value);
  }
}

function readEntry(tag: number, entry: { key: string; value: string }, pbf: PbfReader): void {
  if (tag === 1) entry.key = pbf.readString();
  else if (tag === 2) entry.value = pbf.readString();
}

function readGraph(tag: number, model: Model, pbf: PbfReader): void {
  if (tag === 1) {
    const node: Node = { op: '', inputs: [], floats: new Map(), ints: new Map() };
    model.nodes.push(pbf.readMessage(readNode, node));
  } else if (tag === 5) {
    const raw: RawTensor = { ...{ name: '', shape: [], type: 0, bytes: null }, isExternal: false };
    const { name, tensor } = tensorOf(pbf.readMessage(readTensor, raw));
    if (tensor !== null) model.tensors.set(name, tensor);
  }
}

function readNode(tag: number, node: Node, pbf: PbfReader): void {
  if (tag === 1) node.inputs.push(pbf.readString());
  else if (tag === 4) node.op = pbf.readString();
  else if (tag === 5) {
    const attribute = { name: '', float: Number.NaN, ints: [] as number[] };
    const { name, float, ints } = pbf.readMessage(readAttribute, attribute);
    if (!Number.isNaN(float)) node.floats.set(name, float);
    const [first] = ints;
    if (first !== undefined) node.ints.set(name, first);
  }
}

function readAttribute(
  tag: number,
  attribute: { name: string; float: number; ints: number[] },
  pbf: PbfReader,
): void {
  if (tag === 1) attribute.name = pbf.readString();
  else if (tag === 2) attribute.float = pbf.readFloat();
  else if (tag === 8) pbf.readPackedVarint(attribute.ints);
}

interface RawTensor {
  name: string;
  readonly shape: number[];
  type: number;
  bytes: Uint8Array | null;
  isExternal: boolean;
}

function readTensor(tag: number, tensor: RawTensor, pbf: PbfReader): void {
  if (tag === 1) pbf.readPackedVarint(tensor.shape);
  else if (tag === 2) tensor.type = pbf.readVarint();
  else if (tag === 4) {
    // `float_data`, packed.
    if (pbf.type === 2) tensor.bytes = pbf.readBytes();
  } else if (tag === 8) tensor.name = pbf.readString();
  else if (tag === 9) tensor.bytes = pbf.readBytes();
  else if (tag === 13) tensor.isExternal = true;
}

function tensorOf({ name, shape, type, bytes, isExternal }: RawTensor): {
  name: string;
  tensor: StoredTensor | null;
} {
  if (isExternal) {
    throw new WeightsError(
      t`ONNX file: ${JSON.stringify(name)} lies in another file. Save it with the weights inside: onnx.save(model, path).`,
    );
  }
  const dtype = DATA_TYPES[type];
  if (dtype === undefined || bytes === null || !isShape(shape)) return { name, tensor: null };
  const count = elementCount(shape);
  if (count === null || count * elementBytes(dtype) !== bytes.length) {
    throw new WeightsError(
      t`ONNX file: ${JSON.stringify(name)} does not have the size that its shape says`,
    );
  }
  const layout = { offset: 0, shape, strides: packedStrides(shape) };
  return { name, tensor: { dtype, shape, data: gather(dtype, bytes, layout) } };
}

/** What the graph says of the layers that have weights. */
function factsOf(nodes: readonly Node[]): Map<string, ModuleFacts> {
  const facts = new Map<string, ModuleFacts>();
  for (const { op, inputs, floats, ints } of nodes) {
    const [, weight] = inputs;
    if (weight === undefined || (op !== 'Conv' && op !== 'BatchNormalization')) continue;
    const isNorm = op === 'BatchNormalization';
    facts.set(weight.replace(/\.weight$/, ''), {
      className: op,
      eps: isNorm ? (floats.get('epsilon') ?? 1e-5) : null,
      stride: isNorm ? null : (ints.get('strides') ?? 1),
    });
  }
  return facts;
}
