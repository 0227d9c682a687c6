/** Reads what `torch.save` writes: since PyTorch 1.6 a zip file, before that pickles followed by numbers. */

import { WeightsError } from '../weightsError.ts';
import { elementBytes } from './elementType.ts';
import { MAX_PICKLE_BYTES, mebibytes } from './limits.ts';
import { zipMetadata } from './metadata.ts';
import { readPickle } from './pickle.ts';
import { isKind, type PickleStorage, type PickleValue } from './pickleValue.ts';
import { findStateDict, readTensors } from './torchCheckpoint.ts';
import { torchRules } from './torchPickle.ts';
import type { WeightsFile } from './weightsFile.ts';
import type { ZipFile } from './zip.ts';

const PICKLE = 'data.pkl';

/** `name/` before `data.pkl`; null if the zip file is not a PyTorch checkpoint. */
export function pickleRoot(zip: ZipFile): string | null {
  const pickle = zip.names.find((name) => name === PICKLE || name.endsWith(`/${PICKLE}`));
  return pickle === undefined ? null : pickle.slice(0, -PICKLE.length);
}

/**
 * A checkpoint in a zip file: `data.pkl`, and one file per storage: `data/0`, `data/1`, …
 * @throws WeightsError naming what is wrong or not allowed.
 */
export function readPth(zip: ZipFile): WeightsFile {
  const root = pickleRoot(zip);
  if (root === null) throw new WeightsError(`no PyTorch file: there is no ${PICKLE} in it`);
  if (zip.has(`${root}constants.pkl`)) {
    throw new WeightsError(
      'a TorchScript program, not weights. In PyTorch, save its weights: torch.save(torch.jit.load(file).state_dict(), "weights.pth").',
    );
  }
  if (zip.has(`${root}byteorder`) && text(zip.read(`${root}byteorder`)) !== 'little') {
    throw new WeightsError('the numbers are big-endian, which can’t be read');
  }
  if (zip.size(root + PICKLE) > MAX_PICKLE_BYTES) {
    throw new WeightsError(
      `${PICKLE} takes ${mebibytes(zip.size(root + PICKLE))} (${mebibytes(MAX_PICKLE_BYTES)} at most)`,
    );
  }
  const pickle = zip.read(root + PICKLE);
  const { value, end } = readPickle(pickle, torchRules);
  if (end !== pickle.length) throw new WeightsError(`${PICKLE} continues after its end`);
  const { tensors, remarks } = findStateDict(value);
  const read = readTensors(tensors, ({ key }) => zip.read(`${root}data/${key}`));
  return { format: 'PyTorch', tensors: read, metadata: zipMetadata(zip, root), remarks };
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** PROTO 2, LONG1 of 10 bytes, and the number that PyTorch before 1.6 starts its files with. */
const LEGACY_MAGIC = [
  0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19,
];
const LEGACY_PROTOCOL = 1001;

export const isLegacyPth = (bytes: Uint8Array): boolean =>
  LEGACY_MAGIC.every((byte, i) => bytes[i] === byte);

/**
 * A checkpoint as PyTorch wrote them before 1.6: pickles of a magic number, a protocol, the machine's properties, the
 * checkpoint and the keys of its storages; then for each key its length (i64) and numbers.
 * @throws WeightsError naming what is wrong or not allowed.
 */
export function readLegacyPth(bytes: Uint8Array): WeightsFile {
  let at = 0;
  const storages = new Map<string, PickleStorage>();
  const rules = {
    ...torchRules,
    persistent: (id: PickleValue): PickleValue => {
      const value = torchRules.persistent(id);
      if (isKind(value, 'storage')) storages.set(value.key, value);
      return value;
    },
  };
  const next = (): PickleValue => {
    const limit = bytes.subarray(0, Math.min(bytes.length, at + MAX_PICKLE_BYTES));
    const { value, end } = readPickle(limit, rules, at);
    at = end;
    return value;
  };
  next();
  if (next() !== LEGACY_PROTOCOL) throw new WeightsError('an unknown version of PyTorch’s format');
  const system = next();
  if (!isKind(system, 'dict') || system.entries.get('little_endian') !== true) {
    throw new WeightsError('the numbers are big-endian, which can’t be read');
  }
  const { tensors, remarks } = findStateDict(next());
  const keys = next();
  if (!isKind(keys, 'list')) {
    throw new WeightsError('the list of storages is missing');
  }
  const data = storageParts(bytes, at, keys.items, storages);
  const read = readTensors(tensors, ({ key }) => {
    const part = data.get(key);
    if (part === undefined) throw new WeightsError(`storage ${key} is missing`);
    return part;
  });
  return { format: 'PyTorch before 1.6', tensors: read, metadata: new Map(), remarks };
}

function storageParts(
  bytes: Uint8Array,
  start: number,
  keys: readonly PickleValue[],
  storages: ReadonlyMap<string, PickleStorage>,
): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = new Map<string, Uint8Array>();
  let at = start;
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (storage === undefined || parts.has(storage.key)) {
      throw new WeightsError('the list of storages is not that of the tensors');
    }
    const end = at + 8 + storage.elements * elementBytes(storage.type);
    if (end > bytes.length) throw new WeightsError(`file is cut off within storage ${storage.key}`);
    const elements = view.getBigInt64(at, true);
    if (elements !== BigInt(storage.elements)) {
      throw new WeightsError(
        `storage ${storage.key} holds ${elements} numbers, not ${storage.elements}`,
      );
    }
    parts.set(storage.key, bytes.subarray(at + 8, end));
    at = end;
  }
  if (at !== bytes.length) throw new WeightsError('file continues after its last storage');
  return parts;
}
