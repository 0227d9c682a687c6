/** Reads `.npz` files: zip files of NumPy arrays, as `numpy.savez` and `savez_compressed` write them. */

import { METADATA_FILE } from '../exportModel.ts';
import { WeightsError } from '../weightsError.ts';
import { MAX_UNPACKED_BYTES, mebibytes } from './limits.ts';
import { zipMetadata } from './metadata.ts';
import { readNpy } from './npy.ts';
import type { StoredTensor, WeightsFile } from './weightsFile.ts';
import type { ZipFile } from './zip.ts';

const SUFFIX = '.npy';

export const isNpz = (zip: ZipFile): boolean => zip.names.some((name) => name.endsWith(SUFFIX));

/**
 * Every array by its name, row-major.
 * @throws WeightsError naming the array and what is wrong with it.
 */
export function readNpz(zip: ZipFile): WeightsFile {
  const tensors = new Map<string, StoredTensor>();
  const others: string[] = [];
  let total = 0;
  for (const entry of zip.names) {
    if (!entry.endsWith(SUFFIX)) {
      if (entry !== METADATA_FILE) others.push(entry);
      continue;
    }
    const name = entry.slice(0, -SUFFIX.length);
    const tensor = readNpy(name, zip.read(entry));
    total += tensor.data.byteLength;
    if (total > MAX_UNPACKED_BYTES) {
      throw new WeightsError(
        `the arrays take more than ${mebibytes(MAX_UNPACKED_BYTES)} as float32`,
      );
    }
    tensors.set(name, tensor);
  }
  if (tensors.size === 0) throw new WeightsError('the file holds no arrays of numbers');
  const remarks = others.length === 0 ? [] : [`Not read: ${others.slice(0, 8).join(', ')}.`];
  return { format: 'NumPy', tensors, metadata: zipMetadata(zip, ''), remarks };
}
