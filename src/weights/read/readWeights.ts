/** Every format that weights are read from. A new one is a file in this folder and an entry here. */
import { readSafetensors } from '../readSafetensors.ts';
import { LENGTH_BYTES, type SafetensorsFile } from '../safetensors.ts';
import { WeightsError } from '../weightsError.ts';
import { gather, packedStrides } from './elementType.ts';
import { MAX_FILE_BYTES, mebibytes } from './limits.ts';
import { isNpz, readNpz } from './readNpz.ts';
import { isLegacyPth, pickleRoot, readLegacyPth, readPth } from './readPth.ts';
import type { WeightsFile } from './weightsFile.ts';
import { ZipFile } from './zip.ts';

interface Content {
  readonly bytes: Uint8Array;
  /** The file as a zip file; null if it does not start like one. */
  readonly zip: ZipFile | null;
}

/** Reads its own format, recognised by the file's content and not by its name; null for any other. */
type Reader = (content: Content) => WeightsFile | null;

const READERS: readonly Reader[] = [
  ({ zip }) => (zip !== null && pickleRoot(zip) !== null ? readPth(zip) : null),
  ({ zip }) => (zip !== null && isNpz(zip) ? readNpz(zip) : null),
  ({ bytes }) => (isLegacyPth(bytes) ? readLegacyPth(bytes) : null),
  ({ bytes }) => (isSafetensors(bytes) ? fromSafetensors(readSafetensors(bytes)) : null),
];

/** The header's length, then its first brace. */
const isSafetensors = (bytes: Uint8Array): boolean =>
  bytes.length > LENGTH_BYTES && bytes[LENGTH_BYTES] === '{'.charCodeAt(0);

const READABLE = 'safetensors, PyTorch (.pth) and NumPy (.npz) files can be read';

/** Other files that people may try, by their first bytes. */
const STRANGERS: readonly { readonly start: readonly number[]; readonly name: string }[] = [
  { start: [0x89, 0x48, 0x44, 0x46], name: 'an HDF5 file (Keras)' },
  { start: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], name: 'a single NumPy array' },
  { start: [0x1f, 0x8b], name: 'a gzip file' },
  { start: [0x80], name: 'a pickle, but not one of torch.save' },
  { start: [0x89, 0x50, 0x4e, 0x47], name: 'an image' },
  { start: [0x7b], name: 'JSON' },
  { start: [0x08], name: 'perhaps an ONNX file' },
];

/**
 * Reads a weights file of any known format, recognised by its content. Nothing in it is executed or trusted unchecked.
 * @throws WeightsError naming the fault.
 */
export function readWeights(bytes: Uint8Array): WeightsFile {
  if (bytes.length > MAX_FILE_BYTES) throw tooLarge(bytes.length);
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const content = { bytes, zip: isZip ? new ZipFile(bytes) : null };
  for (const read of READERS) {
    const file = read(content);
    if (file !== null) return file;
  }
  if (bytes.length <= LENGTH_BYTES)
    throw new WeightsError(`a file of ${bytes.length} bytes holds no weights`);
  const stranger = STRANGERS.find(({ start }) => start.every((byte, i) => bytes[i] === byte));
  const what = isZip ? 'a zip file without tensors' : (stranger?.name ?? 'an unknown format');
  throw new WeightsError(`this is ${what}; ${READABLE}`);
}

export const tooLarge = (bytes: number): WeightsError =>
  new WeightsError(`the file takes ${mebibytes(bytes)} (${mebibytes(MAX_FILE_BYTES)} at most)`);

/** A safetensors file with every tensor as float32. */
function fromSafetensors({ tensors, metadata }: SafetensorsFile): WeightsFile {
  const converted = [...tensors].map(([name, { dtype, shape, data }]) => {
    if (data instanceof Float32Array) return [name, { dtype, shape, data }] as const;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const layout = { offset: 0, shape, strides: packedStrides(shape) };
    return [name, { dtype, shape, data: gather(dtype, bytes, layout) }] as const;
  });
  return { format: 'safetensors', tensors: new Map(converted), metadata, remarks: [] };
}
