/** From what a pickle holds to the groups of tensors in it. */
import { mebibytes } from '../../containers/containerError.ts';
import { WeightsError } from '../weightsError.ts';
import { elementBytes, gather } from '../../containers/numbers/elementType.ts';
import { mostUnpacked } from '../../containers/limits.ts';
import { objectArray } from '../../containers/pickle/numpy.ts';
import { type TensorDict, tensorDicts } from './pickleTree.ts';
import {
  describeValue,
  isKind,
  itemsOf,
  type PickleStorage,
  type PickleTensor,
  type PickleValue,
} from '../../containers/pickle/value.ts';
import { elementCount } from '../../containers/numbers/shape.ts';
import type { StoredTensor, TensorGroup, WeightsFile } from './weightsFile.ts';
import { t } from '../../text/t.ts';

/** Names shown of what is not read. */
const SHOWN = 8;

/**
 * Every dictionary of tensors in a pickle, wherever it is.
 * @param storageBytes returns the bytes of a storage that lies beside the pickle; throws WeightsError if there are none.
 * @throws WeightsError if there is none.
 */
export function groupsOf(
  pickled: PickleValue,
  storageBytes: (storage: PickleStorage) => Uint8Array,
): WeightsFile['groups'] {
  const value = objectArray(pickled)?.[0] ?? pickled;
  const isCollection = isKind(value, 'dict') || isKind(value, 'object') || itemsOf(value) !== null;
  if (!isCollection) {
    throw new WeightsError(t`the file holds ${describeValue(value)}, not a dict of tensors`);
  }
  const [first, ...others] = tensorDicts(value);
  if (first === undefined) throw new WeightsError(nothingIn(value));
  const reader = new TensorReader(storageBytes);
  return [groupOf(first, reader), ...others.map((dict) => groupOf(dict, reader))];
}

/** `the file holds no tensors, only epoch, note (posix.system; none of its code was run)` */
function nothingIn(value: PickleValue): string {
  if (isKind(value, 'object'))
    return t`the file holds no tensors, only ${describeValue(value)}; none of its code was run`;
  const nothing = t`the file holds no tensors`;
  if (!isKind(value, 'dict')) return nothing;
  const parts = [...value.entries].slice(0, SHOWN).map(([key, item]) => {
    const foreign = isKind(item, 'object') || isKind(item, 'global');
    return foreign
      ? t`${String(key)} (${describeValue(item)}; none of its code was run)`
      : `${key}`;
  });
  return parts.length === 0 ? nothing : t`the file holds no tensors, only ${parts.join(', ')}`;
}

function groupOf(dict: TensorDict, reader: TensorReader): TensorGroup {
  const path = dict.path.join('.');
  const { unreadable, modules, others } = dict;
  const remarks: string[] = [];
  if (path !== '') remarks.push(t`The weights are the file’s “${path}”.`);
  if (modules.size > 0) {
    remarks.push(
      t`The file holds a whole module. Its weights were taken; none of its code was run.`,
    );
  }
  if (others.length > 0) {
    const [shown, more] = [others.slice(0, SHOWN).join(', '), others.length - SHOWN];
    remarks.push(
      more > 0
        ? t`Not read, besides the tensors: ${shown} and ${more} more.`
        : t`Not read, besides the tensors: ${shown}.`,
    );
  }
  return { path, tensors: reader.read(dict.tensors), unreadable, modules, remarks };
}

class TensorReader {
  private readonly storages = new Map<string, Uint8Array>();
  /** Bytes of each storage, by its key or, where it came with its tensor, by itself. */
  private readonly stored = new Map<string | Uint8Array, number>();
  private total = 0;

  constructor(private readonly storageBytes: (storage: PickleStorage) => Uint8Array) {}

  /** The tensors' numbers. Tensors that share a storage become copies of their parts of it. */
  read(tensors: ReadonlyMap<string, PickleTensor>): Map<string, StoredTensor> {
    for (const [name, { storage, layout }] of tensors) {
      this.total += 4 * (elementCount(layout.shape) ?? 0);
      this.stored.set(storage.bytes ?? storage.key, this.bytesOf(name, storage).length);
    }
    // Strides of 0, or many views of one storage, could make gigabytes of a few bytes.
    const most = mostUnpacked([...this.stored.values()].reduce((sum, bytes) => sum + bytes, 0));
    if (this.total > most) {
      throw new WeightsError(
        t`the tensors take ${mebibytes(this.total)} (${mebibytes(most)} at most)`,
      );
    }
    return new Map(
      [...tensors].map(([name, { storage, layout }]) => {
        const { type, isBigEndian = false } = storage;
        const bytes = this.bytesOf(name, storage);
        const data = gather(type, bytes, layout, !isBigEndian);
        return [name, { dtype: type, shape: layout.shape, data }];
      }),
    );
  }

  private bytesOf(name: string, storage: PickleStorage): Uint8Array {
    const bytes = storage.bytes ?? this.storages.get(storage.key) ?? this.storageBytes(storage);
    if (storage.bytes === undefined) this.storages.set(storage.key, bytes);
    const needed = storage.elements * elementBytes(storage.type);
    if (bytes.length !== needed) {
      throw new WeightsError(
        t`tensor ${JSON.stringify(name)}: its storage holds ${bytes.length} bytes, and ${storage.elements} numbers of type ${storage.type} take ${needed}`,
      );
    }
    return bytes;
  }
}
