/** Reads safetensors files of any origin: nothing in them is trusted before it has been checked. */
import { duplicateKey } from './duplicateKey.ts';
import {
  LENGTH_BYTES,
  METADATA_KEY,
  type SafetensorsDtype,
  type SafetensorsFile,
  type SafetensorsTensor,
} from './safetensors.ts';
import { WeightsError } from './weightsError.ts';
import { t } from '../text/t.ts';

/** Enough for about ten thousand tensors. */
export const MAX_HEADER_BYTES = 1_000_000;

const DTYPE_BYTES: Readonly<Record<SafetensorsDtype, number>> = {
  ...{ F64: 8, F32: 4, F16: 2, BF16: 2, F8_E4M3: 1, F8_E5M2: 1 },
  ...{ I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1 },
};

interface Entry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Parses a whole file. The tensors are copies, so `bytes` need not be kept.
 * @param maxHeaderBytes for files with many more tensors than one network has.
 * @throws WeightsError naming what is wrong: a truncated or oversized header, bad JSON, a duplicate key, an unknown
 * dtype, a size that is not shape × dtype, bytes that overlap, are left out or are outside the file.
 */
export function readSafetensors(
  bytes: Uint8Array,
  maxHeaderBytes = MAX_HEADER_BYTES,
): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes, maxHeaderBytes);
  const entries: Entry[] = [];
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA_KEY) metadata = checkMetadata(value);
    else entries.push(checkEntry(name, value));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkContiguous(entries, bytes.length - dataStart);
  const tensors = new Map(
    entries.map((entry) => {
      const { begin, end } = entry;
      // A copy, since a typed array must start at a multiple of its element size. (Not `slice`: Node's Buffer only
      // gives a view.)
      const data = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end));
      return [entry.name, typed(entry, data.buffer)];
    }),
  );
  return { tensors, metadata };
}

function readHeader(
  bytes: Uint8Array,
  maxHeaderBytes: number,
): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < LENGTH_BYTES) {
    throw new WeightsError(
      t`not a safetensors file: ${bytes.length} bytes, shorter than its header`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > maxHeaderBytes) {
    throw new WeightsError(
      t`not a safetensors file, or too large a header: ${length} bytes (${maxHeaderBytes} at most)`,
    );
  }
  const dataStart = LENGTH_BYTES + length;
  if (dataStart > bytes.length) {
    throw new WeightsError(
      t`file is cut off: a header of ${length} bytes, a file of ${bytes.length}`,
    );
  }
  const headerBytes = bytes.subarray(LENGTH_BYTES, dataStart);
  if (headerBytes[0] !== '{'.charCodeAt(0)) {
    throw new WeightsError(t`not a safetensors file: the header does not start with "{"`);
  }
  const header = parseHeader(headerBytes);
  return { header, dataStart };
}

function parseHeader(headerBytes: Uint8Array): Record<string, unknown> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(headerBytes);
    header = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new WeightsError(t`the header is no JSON: ${reason}`);
  }
  if (!isObject(header)) throw new WeightsError(t`the header is no JSON object`);
  const twice = duplicateKey(text);
  if (twice !== null) throw new WeightsError(t`the header holds ${JSON.stringify(twice)} twice`);
  return header;
}

/** By the specification an object of strings; other writers leave null, or numbers and lists, which are kept as JSON. */
function checkMetadata(value: unknown): ReadonlyMap<string, string> {
  if (value === null) return new Map();
  if (!isObject(value)) throw new WeightsError(t`${METADATA_KEY} is not an object of strings`);
  return new Map(
    Object.entries(value).flatMap(([key, item]) => {
      if (item === null) return [];
      return [[key, typeof item === 'string' ? item : JSON.stringify(item)] as const];
    }),
  );
}

function checkEntry(name: string, value: unknown): Entry {
  const fail = (fault: string): never => {
    throw new WeightsError(t`tensor ${JSON.stringify(name)}: ${fault}`);
  };
  if (!isObject(value)) return fail(t`its header entry is no object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) {
    return fail(
      t`dtype ${JSON.stringify(dtype)} can't be read (${Object.keys(DTYPE_BYTES).join(', ')} can)`,
    );
  }
  if (!isSizes(shape)) return fail(t`shape is no list of sizes`);
  if (!isSizes(offsets)) return fail(t`data_offsets are no byte positions`);
  const [begin, end, ...rest] = offsets;
  if (begin === undefined || end === undefined || rest.length > 0) {
    return fail(t`data_offsets are not two`);
  }
  const size = checkedBytes(shape, DTYPE_BYTES[dtype]);
  if (size === null) return fail(t`shape [${shape.join(', ')}] overflows`);
  if (end - begin !== size) {
    return fail(
      t`bytes ${begin} to ${end} do not hold ${dtype} [${shape.join(', ')}], which takes ${size}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** Entries, sorted by their first byte, must fill the data section without holes or overlaps. */
function checkContiguous(entries: readonly Entry[], dataBytes: number): void {
  let next = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== next) {
      throw new WeightsError(
        begin > next
          ? t`tensor ${JSON.stringify(name)} leaves a hole before it (byte ${begin}, not ${next})`
          : t`tensor ${JSON.stringify(name)} overlaps the one before it (byte ${begin}, not ${next})`,
      );
    }
    next = end;
  }
  if (next !== dataBytes) {
    throw new WeightsError(
      next > dataBytes
        ? t`file is cut off: the tensors take ${next} bytes, the file has ${dataBytes}`
        : t`file continues after its last tensor: the tensors take ${next} bytes, the file has ${dataBytes}`,
    );
  }
}

/** Product of `shape` and `elementBytes`; null if it is too large for a byte position. */
function checkedBytes(shape: readonly number[], elementBytes: number): number | null {
  if (shape.includes(0)) return 0;
  let size = elementBytes;
  for (const length of shape) {
    size *= length;
    if (!Number.isSafeInteger(size)) return null;
  }
  return size;
}

function typed({ dtype, shape }: Entry, buffer: ArrayBuffer): SafetensorsTensor {
  switch (dtype) {
    case 'F32':
      return { dtype, shape, data: new Float32Array(buffer) };
    case 'F64':
      return { dtype, shape, data: new Float64Array(buffer) };
    case 'F16':
    case 'BF16':
    case 'U16':
      return { dtype, shape, data: new Uint16Array(buffer) };
    case 'F8_E4M3':
    case 'F8_E5M2':
    case 'BOOL':
    case 'U8':
      return { dtype, shape, data: new Uint8Array(buffer) };
    case 'I8':
      return { dtype, shape, data: new Int8Array(buffer) };
    case 'I16':
      return { dtype, shape, data: new Int16Array(buffer) };
    case 'I32':
      return { dtype, shape, data: new Int32Array(buffer) };
    case 'U32':
      return { dtype, shape, data: new Uint32Array(buffer) };
    case 'I64':
      return { dtype, shape, data: new BigInt64Array(buffer) };
    case 'U64':
      return { dtype, shape, data: new BigUint64Array(buffer) };
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

const isDtype = (value: unknown): value is SafetensorsDtype =>
  typeof value === 'string' && Object.hasOwn(DTYPE_BYTES, value);
