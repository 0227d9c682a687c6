/**
 * The part of ONNX's file format that a feed-forward network needs, as types and as protocol buffer messages. Field
 * numbers are those of onnx.proto (github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
import { PbfWriter } from 'pbf';

interface OnnxModel {
  readonly irVersion: number;
  readonly opset: number;
  readonly producer: { readonly name: string; readonly version: string };
  readonly graph: OnnxGraph;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export interface OnnxNode {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** Lists are of integers. */
export type OnnxAttribute =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly ints: readonly number[] };

/** A constant by name. */
export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** An input or output; a dimension that is a string may be of any length. */
export interface OnnxValue {
  readonly name: string;
  readonly type: 'float' | 'uint8';
  readonly shape: readonly (number | string)[];
}

/** TensorProto.DataType */
const DATA_TYPE = { float: 1, uint8: 2, int64: 7 } as const;
/** AttributeProto.AttributeType */
const ATTRIBUTE_TYPE = { float: 1, int: 2, ints: 7 } as const;

/** ONNX's number for float32, for the attribute `to` of `Cast`. */
export const FLOAT_TYPE = DATA_TYPE.float;

/** The bytes of a `.onnx` file. */
export function encodeOnnx(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const writer = new PbfWriter();
  writer.writeVarintField(1, model.irVersion);
  writer.writeStringField(2, model.producer.name);
  writer.writeStringField(3, model.producer.version);
  writer.writeMessage(7, writeGraph, model.graph);
  writer.writeMessage(8, writeOpset, model.opset);
  for (const entry of Object.entries(model.metadata)) writer.writeMessage(14, writeEntry, entry);
  return new Uint8Array(writer.finish());
}

/** OperatorSetIdProto; an empty domain is ONNX's own. */
function writeOpset(version: number, writer: PbfWriter): void {
  writer.writeStringField(1, '');
  writer.writeVarintField(2, version);
}

/** StringStringEntryProto */
function writeEntry([key, value]: [string, string], writer: PbfWriter): void {
  writer.writeStringField(1, key);
  writer.writeStringField(2, value);
}

function writeGraph(graph: OnnxGraph, writer: PbfWriter): void {
  for (const node of graph.nodes) writer.writeMessage(1, writeNode, node);
  writer.writeStringField(2, graph.name);
  for (const tensor of graph.initializers) writer.writeMessage(5, writeTensor, tensor);
  for (const value of graph.inputs) writer.writeMessage(11, writeValue, value);
  for (const value of graph.outputs) writer.writeMessage(12, writeValue, value);
}

function writeNode({ op, name, inputs, output, attributes }: OnnxNode, writer: PbfWriter): void {
  for (const input of inputs) writer.writeStringField(1, input);
  writer.writeStringField(2, output);
  writer.writeStringField(3, name);
  writer.writeStringField(4, op);
  for (const entry of Object.entries(attributes)) writer.writeMessage(5, writeAttribute, entry);
}

function writeAttribute([name, value]: [string, OnnxAttribute], writer: PbfWriter): void {
  writer.writeStringField(1, name);
  if ('float' in value) {
    writer.writeFloatField(2, value.float);
    writer.writeVarintField(20, ATTRIBUTE_TYPE.float);
  } else if ('int' in value) {
    writer.writeVarintField(3, value.int);
    writer.writeVarintField(20, ATTRIBUTE_TYPE.int);
  } else {
    for (const int of value.ints) writer.writeVarintField(8, int);
    writer.writeVarintField(20, ATTRIBUTE_TYPE.ints);
  }
}

/** TensorProto: little-endian bytes in `raw_data`. */
function writeTensor({ name, shape, data }: OnnxTensor, writer: PbfWriter): void {
  for (const length of shape) writer.writeVarintField(1, length);
  const type = data instanceof Float32Array ? DATA_TYPE.float : DATA_TYPE.int64;
  writer.writeVarintField(2, type);
  writer.writeStringField(8, name);
  writer.writeBytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** ValueInfoProto ⊃ TypeProto ⊃ TypeProto.Tensor ⊃ TensorShapeProto ⊃ Dimension */
function writeValue({ name, type, shape }: OnnxValue, writer: PbfWriter): void {
  writer.writeStringField(1, name);
  writer.writeMessage(
    2,
    (_, typeProto) =>
      typeProto.writeMessage(
        1,
        (_, tensorType) => {
          tensorType.writeVarintField(1, DATA_TYPE[type]);
          tensorType.writeMessage(2, writeShape, shape);
        },
        null,
      ),
    null,
  );
}

function writeShape(shape: OnnxValue['shape'], writer: PbfWriter): void {
  for (const length of shape) writer.writeMessage(1, writeDimension, length);
}

function writeDimension(length: number | string, writer: PbfWriter): void {
  if (typeof length === 'number') writer.writeVarintField(1, length);
  else writer.writeStringField(2, length);
}
