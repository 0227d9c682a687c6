/** What PyTorch's and NumPy's names stand for in a pickle: tensors and dicts. Everything else stays a call's parts. */
import { WeightsError } from '../weightsError.ts';
import { type ElementType, elementBytes } from '../../containers/numbers/elementType.ts';
import type { PickleRules } from '../../containers/pickle/machine.ts';
import { type Call, ownEntry, plainRules } from '../../containers/pickle/plainRules.ts';
import {
  describeValue,
  isKind,
  itemsOf,
  objectOf,
  type PickleStorage,
  type PickleTensor,
  type PickleValue,
  textOf,
} from '../../containers/pickle/value.ts';
import { describeShape, elementCount, isShape, isSize } from '../../containers/numbers/shape.ts';
import { t } from '../../text/t.ts';

const STORAGES: Readonly<Record<string, ElementType>> = {
  Double: 'F64',
  Float: 'F32',
  Half: 'F16',
  BFloat16: 'BF16',
  Long: 'I64',
  Int: 'I32',
  Short: 'I16',
  Char: 'I8',
  Byte: 'U8',
  Bool: 'BOOL',
  Untyped: 'U8',
};

/** Types of tensors whose storages have none, by PyTorch's names. */
const DTYPES: Readonly<Record<string, ElementType>> = {
  'torch.uint16': 'U16',
  'torch.uint32': 'U32',
  'torch.uint64': 'U64',
  'torch.float8_e4m3fn': 'F8_E4M3',
  'torch.float8_e5m2': 'F8_E5M2',
};

const tensorOf: Call = ([tensor = null]) => tensor;

const CALLS: Readonly<Record<string, Call>> = {
  // PyTorch 0.1 to 0.3; 0.4 to today; types without a storage of their own.
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_tensor_v3': ([storage, offset, size, strides, , , dtype, metadata]) => {
    const type = isKind(dtype, 'global') ? ownEntry(DTYPES, dtype.name) : undefined;
    if (type === undefined || !isKind(storage, 'storage'))
      return objectOf(describeValue(dtype ?? null));
    const elements = Math.floor(
      (storage.elements * elementBytes(storage.type)) / elementBytes(type),
    );
    const typed = { ...storage, type, elements };
    return rebuildTensor(
      [typed, offset, size, strides, null, null, metadata].map((v) => v ?? null),
    );
  },
  'torch._utils._rebuild_parameter': tensorOf,
  'torch._utils._rebuild_parameter_with_state': tensorOf,
  'torch.nn.parameter.Parameter': tensorOf,
  'torch.nn.parameter.Buffer': tensorOf,
  'torch.autograd.variable.Variable': tensorOf,
  'torch._utils._rebuild_device_tensor_from_numpy': tensorOf,
  'torch._utils._rebuild_xla_tensor': tensorOf,
  'torch._tensor._rebuild_from_type_v2': ([rebuild, , args]) => {
    const items = itemsOf(args);
    if (!isKind(rebuild, 'global') || items === null)
      return unreadable(t`a tensor of another class`);
    return torchRules.call(rebuild.name, items);
  },
};

/** Names the objects that stand for tensors of a kind that can't be read. */
export const UNREADABLE_TENSOR = 'unreadable tensor';
const unreadable = (what: string): PickleValue => objectOf(UNREADABLE_TENSOR, [], what);

const fault = (message: string): never => {
  throw new WeightsError(t`pickle: ${message}`);
};

/** `torch.FloatStorage`, `torch.cuda.FloatStorage`, `torch.storage.UntypedStorage`; null for one that can't be read. */
export function storageType(value: PickleValue | undefined): ElementType | null {
  const name = isKind(value, 'global') ? value.name : '';
  const [, type = ''] = /^torch\.(?:cuda\.|storage\.)?(\w+)Storage$/.exec(name) ?? [];
  return ownEntry(STORAGES, type) ?? null;
}

export const torchRules: PickleRules = {
  call: (callee, args) => ownEntry(CALLS, callee)?.(args) ?? plainRules.call(callee, args),

  /**
   * `('storage', torch.FloatStorage, '0', 'cpu', 432)`. Files before PyTorch 1.6 have a sixth item: None, or which part of
   * the storage it is. Whole networks of before 1.6 also have `('module', its class, …)`.
   */
  persistent(given) {
    const id = typeof given === 'string' ? descriptionIn(given) : given;
    const [word, storage, keyValue, , elements, view = null] = itemsOf(id) ?? [];
    const kind = textOf(word);
    if (kind === 'module') return storage ?? null;
    const key = typeof keyValue === 'number' ? `${keyValue}` : textOf(keyValue);
    if (kind !== 'storage' || !isKind(storage, 'global') || key === null || !isSize(elements)) {
      return fault(t`a storage that is not described as PyTorch does`);
    }
    const type = storageType(storage);
    if (type === null) return objectOf(storage.name);
    if (!Number.isSafeInteger(elements * elementBytes(type))) {
      return fault(t`storage ${key} claims ${elements} numbers`);
    }
    const whole: PickleStorage = { kind: 'storage', key, type, elements };
    return view === null ? whole : viewOf(whole, itemsOf(view));
  },
};

/** Protocol 0 writes ids as text: `('storage', <class 'torch.FloatStorage'>, '0', 'cpu', 432)`. */
function descriptionIn(text: string): PickleValue {
  const pattern =
    /^\(u?'storage', <class '([\w.]+)'>, u?'(\w+)', u?'[\w:]*', (\d+)L?(?:, None)?\)$/;
  const [, name = '', key = '', elements = ''] = pattern.exec(text) ?? [];
  const storage: PickleValue = { kind: 'global', name };
  return { kind: 'tuple', items: ['storage', storage, key, null, Number(elements)] };
}

/** `(key, offset, elements)` of a part of a storage. */
function viewOf(whole: PickleStorage, view: readonly PickleValue[] | null): PickleStorage {
  const [, offset, elements] = view ?? [];
  if (!isSize(offset) || !isSize(elements) || offset + elements > whole.elements) {
    return fault(t`a part of storage ${whole.key} that lies outside it`);
  }
  return { ...whole, part: { offset, elements } };
}

/** `(storage, offset, size, strides, requires_grad, hooks)`, checked to lie within its storage. */
function rebuildTensor(args: readonly PickleValue[]): PickleValue {
  const [storage, offset, size, stride, , , metadata = null] = args;
  if (isKind(storage, 'object')) return unreadable(t`a tensor of ${describeValue(storage)}`);
  if (!isKind(storage, 'storage')) return fault(t`a tensor without a storage`);
  const [shape, strides] = [sizesOf(size), sizesOf(stride)];
  if (!isSize(offset) || !isShape(shape) || !isShape(strides) || shape.length !== strides.length) {
    return fault(t`a tensor in storage ${storage.key} has no shape, offset or strides`);
  }
  if (isKind(metadata, 'dict') && metadata.entries.size > 0) {
    return unreadable(t`a conjugated or negated tensor`);
  }
  return checkedTensor(storage, { offset, shape, strides });
}

/** @throws WeightsError if the tensor goes past its storage, or has more numbers. */
export function checkedTensor(
  storage: PickleStorage,
  layout: PickleTensor['layout'],
): PickleTensor {
  const { offset, shape, strides } = layout;
  const room = storage.part?.elements ?? storage.elements;
  const where = t`a tensor ${describeShape(shape)} at ${offset} of storage ${storage.key}`;
  const elements = elementCount(shape);
  if (elements === null || elements > room) {
    return fault(t`${where} has more numbers than the storage’s ${room}`);
  }
  // Up to its last element; an empty tensor has none.
  const last = shape.reduce((at, length, d) => at + (length - 1) * (strides[d] ?? 0), offset);
  if (elements > 0 && (!Number.isSafeInteger(last) || last >= room)) {
    return fault(t`${where} with strides ${describeShape(strides)} goes past its ${room} numbers`);
  }
  const start = storage.part?.offset ?? 0;
  return { kind: 'tensor', storage, layout: { offset: start + offset, shape, strides } };
}

/** Sizes as a tuple, or as PyTorch's own class of tuples. */
function sizesOf(value: PickleValue | undefined): readonly PickleValue[] | null {
  if (isKind(value, 'object') && value.name === 'torch.Size') return itemsOf(value.args[0]);
  return itemsOf(value);
}
