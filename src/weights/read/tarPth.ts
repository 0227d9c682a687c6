/** Reads what `torch.save` wrote in PyTorch 0.1: a tar file of `storages`, `tensors` and `pickle`. */
import { WeightsError } from '../weightsError.ts';
import { elementBytes } from '../../containers/numbers/elementType.ts';
import { readPickle } from '../../containers/pickle/readPickle.ts';
import { metadataIn } from './pickledMetadata.ts';
import type { PickleRules } from '../../containers/pickle/machine.ts';
import {
  itemsOf,
  type PickleStorage,
  type PickleTensor,
  type PickleValue,
  textOf,
} from '../../containers/pickle/value.ts';
import { isShape, isSize } from '../../containers/numbers/shape.ts';
import type { TarMember } from '../../containers/tar.ts';
import { groupsOf } from './torchCheckpoint.ts';
import { checkedTensor, storageType, torchRules } from './torchPickle.ts';
import type { WeightsFile } from './weightsFile.ts';
import { t } from '../../text/t.ts';

const MAX_ENTRIES = 100_000;

export const isTarPth = (members: readonly TarMember[]): boolean =>
  ['storages', 'tensors', 'pickle'].every((name) => members.some((member) => member.name === name));

/** @throws WeightsError naming what is wrong. */
export function readTarPth(members: readonly TarMember[]): WeightsFile {
  const member = (name: string): Uint8Array =>
    members.find((candidate) => candidate.name === name)?.bytes ?? new Uint8Array();
  const storages = readStorages(member('storages'));
  const tensors = readTensors(member('tensors'), storages);
  const rules: PickleRules = {
    ...torchRules,
    persistent(id) {
      const [first = null] = itemsOf(id) ?? [];
      if (itemsOf(id) !== null) return first;
      return (
        tensors.get(keyOf(id)) ?? storages.get(keyOf(id)) ?? fault(t`a tensor that is not there`)
      );
    },
  };
  const { value } = readPickle(member('pickle'), rules);
  const groups = groupsOf(value, ({ key }) => fault(t`storage ${key} is missing`));
  return { format: 'PyTorch 0.1', groups, metadata: metadataIn(value) };
}

const fault = (message: string): never => {
  throw new WeightsError(t`PyTorch 0.1: ${message}`);
};

/** Keys are whole numbers, also as text. */
const keyOf = (value: PickleValue | undefined): string =>
  typeof value === 'number' || typeof value === 'bigint' ? `${value}` : (textOf(value) ?? '');

/** A part of the file read pickle by pickle, with numbers between. */
class Parts {
  private at = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  pickle(): PickleValue {
    const { value, end } = readPickle(this.bytes, torchRules, this.at);
    this.at = end;
    return value;
  }

  count(): number {
    const value = this.pickle();
    if (!isSize(value) || value > MAX_ENTRIES) return fault(t`a count that is not a number`);
    return value;
  }

  take(length: number): number {
    const start = this.at;
    if (length > this.bytes.length - start) fault(t`it is cut off`);
    this.at += length;
    return start;
  }

  raw(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  i64(): number {
    const value = Number(this.view.getBigInt64(this.take(8), true));
    return isSize(value) ? value : fault(t`${String(value)} as a size`);
  }

  i32 = (): number => this.view.getInt32(this.take(4), true);
}

/** A count; (key, device, type), length and numbers of each; then parts of storages: (key, whole, offset, elements). */
function readStorages(bytes: Uint8Array): Map<string, PickleStorage> {
  const parts = new Parts(bytes);
  const storages = new Map<string, PickleStorage>();
  for (let left = parts.count(); left > 0; left--) {
    const [key, , typeName] = itemsOf(parts.pickle()) ?? [];
    const type = storageType(typeName) ?? fault(t`a storage of an unknown type`);
    const elements = parts.i64();
    if (!Number.isSafeInteger(elements * elementBytes(type))) fault(t`it is cut off`);
    const numbers = parts.raw(elements * elementBytes(type));
    storages.set(keyOf(key), { kind: 'storage', key: keyOf(key), type, elements, bytes: numbers });
  }
  for (const view of itemsOf(parts.pickle()) ?? []) {
    const [key, root, offset, elements] = itemsOf(view) ?? [];
    const whole = storages.get(keyOf(root)) ?? fault(t`a part of a storage that is not there`);
    if (!isSize(offset) || !isSize(elements) || offset + elements > whole.elements) {
      fault(t`a part of a storage that lies outside it`);
    } else storages.set(keyOf(key), { ...whole, part: { offset, elements } });
  }
  return storages;
}

/** A count; (key, storage, type), dimensions, sizes, strides and offset of each. */
function readTensors(
  bytes: Uint8Array,
  storages: ReadonlyMap<string, PickleStorage>,
): Map<string, PickleTensor> {
  const parts = new Parts(bytes);
  const tensors = new Map<string, PickleTensor>();
  for (let left = parts.count(); left > 0; left--) {
    const [key, storageKey] = itemsOf(parts.pickle()) ?? [];
    const storage = storages.get(keyOf(storageKey)) ?? fault(t`a tensor without a storage`);
    const dimensions = parts.i32();
    parts.take(4);
    if (dimensions < 0 || dimensions > 32) fault(t`a tensor of ${dimensions} dimensions`);
    const sizes = () => Array.from({ length: dimensions }, () => parts.i64());
    const [shape, strides, offset] = [sizes(), sizes(), parts.i64()];
    if (!isShape(shape)) fault(t`a tensor without a shape`);
    tensors.set(keyOf(key), checkedTensor(storage, { offset, shape, strides }));
  }
  return tensors;
}
