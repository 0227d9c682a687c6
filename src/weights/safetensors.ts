/**
 * The safetensors format: 8 bytes header length (u64, little-endian) · header (JSON) · the tensors' bytes.
 * The header maps each name to `{ dtype, shape, data_offsets: [begin, end) }`, and `__metadata__` to strings.
 */
export type SafetensorsDtype = SafetensorsTensor['dtype'];

export type SafetensorsTensor =
  | { readonly dtype: 'F32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'F64'; readonly shape: readonly number[]; readonly data: Float64Array }
  /** The bits: not every JavaScript engine has arrays of 16-bit floating-point numbers. */
  | {
      readonly dtype: 'F16' | 'BF16';
      readonly shape: readonly number[];
      readonly data: Uint16Array;
    }
  | { readonly dtype: 'I32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'I64'; readonly shape: readonly number[]; readonly data: BigInt64Array };

export interface SafetensorsFile {
  /** In the order of their bytes in the file. */
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Bytes of the length field before the header. */
export const LENGTH_BYTES = 8;
/** The header key that holds strings and not a tensor. */
export const METADATA_KEY = '__metadata__';
