/** Writes safetensors files. */
import { LENGTH_BYTES, METADATA_KEY, type SafetensorsDtype } from './safetensors.ts';
import { WeightsError } from './weightsError.ts';

/** What can be written, for instance a `Tensor` of the layer graph. */
export interface WritableTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array;
}

/**
 * The bytes of a file with `tensors` in their order, and `metadata` as `__metadata__`. The data start at a multiple of
 * 8 bytes, so that other programs can map them into memory.
 * @throws WeightsError if a tensor's data do not fit its shape, or a tensor is called `__metadata__`.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, WritableTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set(METADATA_KEY, metadata);
  let dataBytes = 0;
  for (const [name, { shape, data }] of tensors) {
    const elements = shape.reduce((product, length) => product * length, 1);
    if (elements !== data.length) {
      throw new WeightsError(`tensor ${name}: ${data.length} numbers for [${shape.join(', ')}]`);
    }
    if (name === METADATA_KEY) throw new WeightsError(`a tensor can't be called ${METADATA_KEY}`);
    header.set(name, {
      dtype: dtypeOf(data),
      shape,
      data_offsets: [dataBytes, dataBytes + data.byteLength],
    });
    dataBytes += data.byteLength;
  }
  const headerBytes = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const dataStart = 8 * Math.ceil((LENGTH_BYTES + headerBytes.length) / 8);
  const file = new Uint8Array(dataStart + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(dataStart - LENGTH_BYTES), true);
  file.fill(' '.charCodeAt(0), LENGTH_BYTES, dataStart);
  file.set(headerBytes, LENGTH_BYTES);
  let at = dataStart;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

function dtypeOf(data: WritableTensor['data']): SafetensorsDtype {
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Float64Array ? 'F64' : 'I32';
}
