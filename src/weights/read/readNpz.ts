/** Reads `.npz` files: zip files of NumPy arrays, as `numpy.savez` and `savez_compressed` write them; and `.npy` files. */
import { mebibytes } from '../../containers/containerError.ts';
import { METADATA_FILE } from '../exportModel.ts';
import { WeightsError } from '../weightsError.ts';
import { storageRules } from './legacyPth.ts';
import { MAX_UNPACKED_BYTES } from './limits.ts';
import { zipMetadata } from './metadata.ts';
import { npyContent, readNpy } from './npy.ts';
import { readPickle } from '../../containers/pickle/readPickle.ts';
import { groupsOf } from './torchCheckpoint.ts';
import { singleGroup, type StoredTensor, type WeightsFile } from './weightsFile.ts';
import type { ZipFile } from '../../containers/zip/zipFile.ts';
import { t } from '../../text/t.ts';

const SUFFIX = '.npy';

export const isNpz = (zip: ZipFile): boolean => zip.names.some((name) => name.endsWith(SUFFIX));

/**
 * Every array of numbers by its name, row-major.
 * @throws WeightsError naming the array and what is wrong with it.
 */
export function readNpz(zip: ZipFile): WeightsFile {
  const tensors = new Map<string, StoredTensor>();
  const others: string[] = [];
  const pickled: { readonly name: string; readonly bytes: Uint8Array; readonly start: number }[] =
    [];
  let total = 0;
  for (const entry of zip.names) {
    if (!entry.endsWith(SUFFIX)) {
      if (entry !== METADATA_FILE) others.push(entry);
      continue;
    }
    const name = entry.slice(0, -SUFFIX.length);
    const bytes = zip.read(entry);
    const { kind, descr, dataStart } = npyContent(name, bytes);
    if (kind !== 'numbers') {
      others.push(t`${name} (type ${JSON.stringify(descr)} can’t be read)`);
      if (kind === 'pickle') pickled.push({ name, bytes, start: dataStart });
      continue;
    }
    const tensor = readNpy(name, bytes);
    total += tensor.data.byteLength;
    if (total > MAX_UNPACKED_BYTES) {
      throw new WeightsError(
        t`the arrays take more than ${mebibytes(MAX_UNPACKED_BYTES)} as float32`,
      );
    }
    tensors.set(name, tensor);
  }
  const metadata = zipMetadata(zip, '');
  const [first] = pickled;
  if (tensors.size === 0 && first !== undefined) {
    return { format: 'NumPy', groups: pickledGroups(first.bytes, first.start), metadata };
  }
  if (tensors.size === 0) {
    throw new WeightsError(
      others.length === 0
        ? t`the file holds no arrays of numbers`
        : t`the file holds no arrays of numbers, only ${others.slice(0, 8).join(', ')}`,
    );
  }
  const remarks = others.length === 0 ? [] : [t`Not read: ${others.slice(0, 8).join(', ')}.`];
  return { format: 'NumPy', groups: [singleGroup(tensors, { remarks })], metadata };
}

/** A single array, of numbers or, as `np.save` makes of a dict, with a pickle in it. */
export function readNpyFile(bytes: Uint8Array): WeightsFile {
  const { kind, dataStart } = npyContent('array', bytes);
  const groups: WeightsFile['groups'] =
    kind === 'pickle'
      ? pickledGroups(bytes, dataStart)
      : [singleGroup(new Map([['array', readNpy('array', bytes)]]))];
  return { format: t`NumPy array`, groups, metadata: new Map() };
}

function pickledGroups(bytes: Uint8Array, start: number): WeightsFile['groups'] {
  const { value, end } = readPickle(bytes, storageRules, start);
  if (end !== bytes.length)
    throw new WeightsError(t`there is more data after the end of the pickle`);
  return groupsOf(value, ({ key }) => {
    throw new WeightsError(t`storage ${key} is missing`);
  });
}
