/**
 * The safetensors format: 8 bytes header length (u64, little-endian) · header (JSON) · the tensors' bytes.
 * The header maps each name to `{ dtype, shape, data_offsets: [begin, end) }`, and `__metadata__` to strings.
 */
export type SafetensorsDtype = SafetensorsTensor['dtype'];

interface Typed<Dtype extends string, Data> {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Data;
}

export type SafetensorsTensor =
  | Typed<'F32', Float32Array>
  | Typed<'F64', Float64Array>
  /** The bits: not every JavaScript engine has arrays of 16-bit floating-point numbers. */
  | Typed<'F16' | 'BF16', Uint16Array>
  | Typed<'F8_E4M3' | 'F8_E5M2' | 'BOOL' | 'U8', Uint8Array>
  | Typed<'I8', Int8Array>
  | Typed<'I16', Int16Array>
  | Typed<'U16', Uint16Array>
  | Typed<'I32', Int32Array>
  | Typed<'U32', Uint32Array>
  | Typed<'I64', BigInt64Array>
  | Typed<'U64', BigUint64Array>;

export interface SafetensorsFile {
  /** In the order of their bytes in the file. */
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Bytes of the length field before the header. */
export const LENGTH_BYTES = 8;
/** The header key that holds strings and not a tensor. */
export const METADATA_KEY = '__metadata__';
