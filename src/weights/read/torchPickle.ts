/** What PyTorch's checkpoints may refer to: an explicit list of names, all of them plain data. */

import { WeightsError } from '../weightsError.ts';
import { type ElementType, elementBytes } from './elementType.ts';
import type { PickleRules } from './pickleMachine.ts';
import { describeValue, isKind, type PickleTensor, type PickleValue } from './pickleValue.ts';
import { describeShape, elementCount, isShape, isSize } from './shape.ts';

const STORAGES: Readonly<Record<string, ElementType>> = {
  'torch.DoubleStorage': 'F64',
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
};

const ORDERED_DICT = 'collections.OrderedDict';
const REBUILD_TENSOR = 'torch._utils._rebuild_tensor_v2';
const REBUILD_PARAMETER = 'torch._utils._rebuild_parameter';

const CALLS: Readonly<Record<string, (args: readonly PickleValue[]) => PickleValue>> = {
  [ORDERED_DICT]: (args) => {
    if (args.length > 0) fault(`${ORDERED_DICT} with arguments`);
    return { kind: 'dict', entries: new Map() };
  },
  [REBUILD_TENSOR]: rebuildTensor,
  [REBUILD_PARAMETER]: ([tensor]) => {
    if (isKind(tensor, 'tensor')) return tensor;
    return fault(`${REBUILD_PARAMETER} of something else than a tensor`);
  },
};

const fault = (message: string): never => {
  throw new WeightsError(`pickle: ${message}`);
};

const hasOwn = (table: object, name: string): boolean => Object.hasOwn(table, name);

export const torchRules: PickleRules = {
  global(name) {
    if (hasOwn(STORAGES, name) || hasOwn(CALLS, name)) return { kind: 'global', name };
    throw new WeightsError(
      `pickle: it asks for ${JSON.stringify(name)}, which is no plain tensor; nothing of it was run. ` +
        'In PyTorch, save the weights alone: torch.save(model.state_dict(), "weights.pth").',
    );
  },

  call(callee, args) {
    const call =
      isKind(callee, 'global') && hasOwn(CALLS, callee.name) ? CALLS[callee.name] : undefined;
    return call === undefined ? fault(`a call of ${describeValue(callee)}`) : call(args);
  },

  /** `('storage', torch.FloatStorage, '0', 'cpu', 432)`; files before PyTorch 1.6 have a sixth item, None. */
  persistent(id) {
    if (!isKind(id, 'tuple')) return fault('a storage without a description');
    const [word, storage, key, , elements, view = null, ...rest] = id.items;
    const type = isKind(storage, 'global') ? STORAGES[storage.name] : undefined;
    if (word !== 'storage' || type === undefined || typeof key !== 'string' || !isSize(elements)) {
      return fault('a storage whose description is not PyTorch’s');
    }
    if (view !== null || rest.length > 0) return fault(`storage ${key} is a view of another one`);
    if (!Number.isSafeInteger(elements * elementBytes(type))) {
      return fault(`storage ${key} claims ${elements} numbers`);
    }
    return { kind: 'storage', key, type, elements };
  },
};

/** `(storage, offset, size, strides, requires_grad, hooks)`, checked to lie within its storage. */
function rebuildTensor(args: readonly PickleValue[]): PickleTensor {
  const [storage, offset, size, stride, , , metadata = null] = args;
  if (!isKind(storage, 'storage')) {
    return fault(`${REBUILD_TENSOR} without a storage`);
  }
  const [shape, strides] = [itemsOf(size), itemsOf(stride)];
  if (!isSize(offset) || !isShape(shape) || !isShape(strides) || shape.length !== strides.length) {
    return fault(`a tensor in storage ${storage.key} has no shape, offset or strides`);
  }
  if (isKind(metadata, 'dict') && metadata.entries.size > 0) {
    return fault(`a tensor in storage ${storage.key} is conjugated or negated; save a clone of it`);
  }
  const where = `a tensor ${describeShape(shape)} at ${offset} of storage ${storage.key}`;
  const elements = elementCount(shape);
  if (elements === null || elements > storage.elements) {
    return fault(`${where} has more numbers than the storage’s ${storage.elements}`);
  }
  // Up to its last element; an empty tensor has none.
  const last = shape.reduce((at, length, d) => at + (length - 1) * (strides[d] ?? 0), offset);
  if (elements > 0 && (!Number.isSafeInteger(last) || last >= storage.elements)) {
    return fault(
      `${where} with strides ${describeShape(strides)} goes past its ${storage.elements} numbers`,
    );
  }
  return { kind: 'tensor', storage, layout: { offset, shape, strides } };
}

const itemsOf = (value: PickleValue | undefined): readonly PickleValue[] | null =>
  isKind(value, 'tuple') ? value.items : null;
