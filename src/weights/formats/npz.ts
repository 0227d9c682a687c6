/**
 * `.npz`: a zip of NumPy arrays, each called `<name>.npy` (format 1.0: numpy.lib.format), in C order, little-endian
 * float32; and `metadata.json`.
 */
import { METADATA_FILE, metadataOf } from '../exportModel.ts';
import { checkNaming, renamed } from '../names.ts';
import { npy } from '../npy.ts';
import { loadsIntoTorch } from '../snippets/torch.ts';
import { storedZip } from '../zip.ts';
import type { WeightsFormat } from './format.ts';

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
