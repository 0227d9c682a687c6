/** Reads what `torch.save` wrote before PyTorch 1.6: pickles followed by numbers. Also plain pickles. */
import { WeightsError } from '../weightsError.ts';
import { elementBytes } from '../../containers/numbers/elementType.ts';
import { MAX_PICKLE_BYTES } from './limits.ts';
import { readPickle } from '../../containers/pickle/readPickle.ts';
import { metadataIn } from './pickledMetadata.ts';
import type { PickleRules } from '../../containers/pickle/machine.ts';
import {
  bytesOf,
  isKind,
  itemsOf,
  objectOf,
  type PickleStorage,
  type PickleValue,
  textOf,
} from '../../containers/pickle/value.ts';
import { groupsOf } from './torchCheckpoint.ts';
import { torchRules } from './torchPickle.ts';
import type { WeightsFile } from './weightsFile.ts';
import { t } from '../../text/t.ts';

/** The number that PyTorch before 1.6 starts its files with, as LONG1 of protocol 2 and as protocols 0 and 1 write it. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_PROTOCOL = 1001;
/** What reads as a magic number takes less. */
const MAGIC_BYTES = 64;

/** PyTorch's rules, and storages that are a file of `torch.save` within a pickle: what `pickle.dump` makes of tensors. */
export const storageRules: PickleRules = {
  ...torchRules,
  call(callee, args) {
    if (callee !== 'torch.storage._load_from_bytes') return torchRules.call(callee, args);
    const bytes = bytesOf(args[0]);
    if (bytes === null || !isLegacyPth(bytes)) return objectOf(callee);
    const { value, data } = readParts(bytes, torchRules);
    if (!isKind(value, 'storage')) return objectOf(callee);
    const own = data.get(value.key);
    return own === undefined ? objectOf(callee) : { ...value, bytes: own };
  },
};

export function isLegacyPth(bytes: Uint8Array): boolean {
  try {
    return readPickle(bytes.subarray(0, MAGIC_BYTES), torchRules).value === MAGIC;
  } catch {
    return false;
  }
}

/**
 * A checkpoint as PyTorch wrote them before 1.6: pickles of a magic number, a protocol, the machine's properties, the
 * checkpoint and the keys of its storages; then for each key its length (i64) and numbers.
 * @throws WeightsError naming what is wrong.
 */
export function readLegacyPth(bytes: Uint8Array): WeightsFile {
  const { value, data } = readParts(bytes, storageRules);
  const groups = groupsOf(value, ({ key }) => {
    const part = data.get(key);
    if (part === undefined) throw new WeightsError(t`storage ${key} is missing`);
    return part;
  });
  return { format: t`PyTorch before 1.6`, groups, metadata: metadataIn(value) };
}

/** Whether it starts like a pickle of a dict, a list or an object. */
export const isPickle = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0x80 && (bytes[1] ?? 9) <= 5) ||
  /^(\(d|\(l|\(i\w|c[\w.]+\n|\}[q(r]|\][q(r])/.test(startOf(bytes));

const startOf = (bytes: Uint8Array): string =>
  new TextDecoder('latin1').decode(bytes.subarray(0, 16));

/** A pickle that `pickle.dump` wrote. @throws WeightsError naming what is wrong. */
export function readPlainPickle(bytes: Uint8Array): WeightsFile {
  const { value, end } = readPickle(bytes, storageRules);
  if (end !== bytes.length)
    throw new WeightsError(t`there is more data after the end of the pickle`);
  const groups = groupsOf(value, ({ key }) => {
    throw new WeightsError(
      t`storage ${key} is missing: this is only part of a file saved by torch.save`,
    );
  });
  return { format: 'Pickle', groups, metadata: metadataIn(value) };
}

function readParts(bytes: Uint8Array, base: PickleRules) {
  let at = 0;
  let isBigEndian = false;
  const storages = new Map<string, PickleStorage>();
  const rules: PickleRules = {
    ...base,
    persistent(id) {
      const value = base.persistent(id);
      if (!isKind(value, 'storage')) return value;
      const stored = { ...value, isBigEndian };
      storages.set(value.key, stored);
      return stored;
    },
  };
  const next = (): PickleValue => {
    const limit = bytes.subarray(0, Math.min(bytes.length, at + MAX_PICKLE_BYTES));
    const { value, end } = readPickle(limit, rules, at);
    at = end;
    return value;
  };
  next();
  if (next() !== LEGACY_PROTOCOL)
    throw new WeightsError(t`this version of PyTorch’s format is not known`);
  const system = next();
  isBigEndian = isKind(system, 'dict') && system.entries.get('little_endian') === false;
  const value = next();
  const keys = itemsOf(next());
  if (keys === null) throw new WeightsError(t`the list of storages is missing`);
  return { value, data: storageParts(bytes, at, keys, storages, isBigEndian) };
}

function storageParts(
  bytes: Uint8Array,
  start: number,
  keys: readonly PickleValue[],
  storages: ReadonlyMap<string, PickleStorage>,
  isBigEndian: boolean,
): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = new Map<string, Uint8Array>();
  let at = start;
  for (const key of keys) {
    const storage = storages.get(typeof key === 'number' ? `${key}` : (textOf(key) ?? ''));
    if (storage === undefined || parts.has(storage.key)) {
      throw new WeightsError(t`the list of storages does not match the tensors`);
    }
    const end = at + 8 + storage.elements * elementBytes(storage.type);
    if (end > bytes.length)
      throw new WeightsError(t`file is cut off within storage ${storage.key}`);
    const elements = view.getBigInt64(at, !isBigEndian);
    if (elements !== BigInt(storage.elements)) {
      throw new WeightsError(
        t`storage ${storage.key} holds ${String(elements)} numbers, not ${storage.elements}`,
      );
    }
    parts.set(storage.key, bytes.subarray(at + 8, end));
    at = end;
  }
  if (at !== bytes.length) throw new WeightsError(t`there is more data after the last storage`);
  return parts;
}
