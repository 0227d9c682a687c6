/** From what a PyTorch checkpoint's pickle holds to its tensors. */

import { WeightsError } from '../weightsError.ts';
import { elementBytes, gather } from './elementType.ts';
import { MAX_UNPACKED_BYTES, mebibytes } from './limits.ts';
import {
  describeValue,
  isKind,
  type PickleStorage,
  type PickleTensor,
  type PickleValue,
} from './pickleValue.ts';
import { elementCount } from './shape.ts';
import type { StoredTensor } from './weightsFile.ts';

/** Where training scripts keep the weights beside epoch and optimizer, in the order in which they are looked for. */
const NESTED_UNDER = ['state_dict', 'model_state_dict', 'model', 'net', 'module', 'weights'];
const MAX_NESTING = 4;

interface StateDictTensors {
  readonly tensors: ReadonlyMap<string, PickleTensor>;
  readonly remarks: readonly string[];
}

/** @throws WeightsError if there is no dict of tensors. */
export function findStateDict(value: PickleValue): StateDictTensors {
  let dict = value;
  const path: string[] = [];
  for (let depth = 0; depth < MAX_NESTING; depth++) {
    const nested = NESTED_UNDER.find((key) => holdsDict(dict, key));
    if (nested === undefined || !isKind(dict, 'dict')) break;
    dict = dict.entries.get(nested) ?? null;
    path.push(nested);
  }
  if (!isKind(dict, 'dict')) {
    throw new WeightsError(`the file holds ${describeValue(dict)}, not a dict of tensors`);
  }
  const tensors = new Map<string, PickleTensor>();
  const others: string[] = [];
  for (const [key, item] of dict.entries) {
    if (typeof key === 'string' && isKind(item, 'tensor')) tensors.set(key, item);
    else others.push(String(key));
  }
  if (tensors.size === 0) {
    const keys = others.slice(0, 8).join(', ');
    throw new WeightsError(`the file holds no tensors${keys === '' ? '' : `, only ${keys}`}`);
  }
  const remarks: string[] = [];
  if (path.length > 0) remarks.push(`The weights are the file’s “${path.join('.')}”.`);
  if (others.length > 0)
    remarks.push(`Beside the tensors, and not read: ${others.slice(0, 8).join(', ')}.`);
  return { tensors, remarks };
}

/**
 * The tensors' numbers. Tensors that share a storage become copies of their parts of it.
 * @param storageBytes returns returns a storage's bytes; throws WeightsError if there are none.
 */
export function readTensors(
  tensors: ReadonlyMap<string, PickleTensor>,
  storageBytes: (storage: PickleStorage) => Uint8Array,
): Map<string, StoredTensor> {
  const total = [...tensors.values()].reduce(
    (sum, { layout }) => sum + 4 * (elementCount(layout.shape) ?? 0),
    0,
  );
  if (total > MAX_UNPACKED_BYTES) {
    throw new WeightsError(
      `the tensors take ${mebibytes(total)} (${mebibytes(MAX_UNPACKED_BYTES)} at most)`,
    );
  }
  const read = new Map<string, StoredTensor>();
  const storages = new Map<string, Uint8Array>();
  for (const [name, { storage, layout }] of tensors) {
    const bytes = storages.get(storage.key) ?? storageBytes(storage);
    storages.set(storage.key, bytes);
    const needed = storage.elements * elementBytes(storage.type);
    if (bytes.length !== needed) {
      throw new WeightsError(
        `tensor ${JSON.stringify(name)}: its storage holds ${bytes.length} bytes, and ${storage.elements} numbers of type ${storage.type} take ${needed}`,
      );
    }
    const { type } = storage;
    read.set(name, { dtype: type, shape: layout.shape, data: gather(type, bytes, layout) });
  }
  return read;
}

function holdsDict(value: PickleValue, key: string): boolean {
  if (!isKind(value, 'dict')) return false;
  const nested = value.entries.get(key);
  return nested !== undefined && isKind(nested, 'dict');
}
