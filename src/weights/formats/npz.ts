/**
 * `.npz`: a zip of NumPy arrays, `<name>.npy` each (format 1.0: numpy.lib.format), C order, float32 little-endian; and
 * `metadata.json`.
 */
import { METADATA_FILE, metadataOf } from '../exportModel.ts';
import { checkNaming, renamed } from '../names.ts';
import { loadsIntoTorch } from '../snippets/torch.ts';
import { storedZip } from '../zip.ts';
import type { WeightsFormat } from './format.ts';

/** `\x93NUMPY`, version 1.0 */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const LENGTH_BYTES = 2;
/** Data start at a multiple of this. */
const ALIGNMENT = 64;

export const write: WeightsFormat['write'] = (model, options) => {
  checkNaming(model.config.model, options.naming);
  const members = new Map<string, Uint8Array | string>();
  for (const [name, { shape, data }] of renamed(model.weights, options.naming)) {
    members.set(`${name}.npy`, npy(shape, data));
  }
  members.set(METADATA_FILE, JSON.stringify(metadataOf(model, options), null, 2));
  return storedZip(members);
};

export const snippet: WeightsFormat['snippet'] = (context) =>
  loadsIntoTorch(context, {
    install: 'torch numpy',
    imports: ['import numpy as np'],
    load: [
      `arrays = np.load("${context.fileName}")  # arrays["conv1.weight"] is a plain array`,
      `state = {k: torch.from_numpy(arrays[k]) for k in arrays.files if k != "${METADATA_FILE}"}`,
    ],
  });

function npy(shape: readonly number[], data: Float32Array): Uint8Array<ArrayBuffer> {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  const prefix = MAGIC.length + LENGTH_BYTES;
  // A line break ends the header.
  const start = ALIGNMENT * Math.ceil((prefix + text.length + 1) / ALIGNMENT);
  const file = new Uint8Array(start + data.byteLength);
  file.set(MAGIC);
  new DataView(file.buffer).setUint16(MAGIC.length, start - prefix, true);
  file.set(new TextEncoder().encode(`${text.padEnd(start - prefix - 1)}\n`), prefix);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return file;
}
