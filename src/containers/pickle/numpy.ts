/** NumPy's arrays and numbers inside pickles. */
import { elementBytes, gather, packedStrides } from '../numbers/elementType.ts';
import { numpyType } from '../numbers/numpyType.ts';
import {
  bytesOf,
  isKind,
  itemsOf,
  type PickleObject,
  type PickleTensor,
  type PickleValue,
} from './value.ts';
import { elementCount, isShape } from '../numbers/shape.ts';

const RECONSTRUCT = /^numpy\.(core|_core)\.multiarray\._reconstruct$/;
const SCALAR = /^numpy\.(core|_core)\.multiarray\.scalar$/;
const FROM_BUFFER = /^numpy\.(core|_core)\.numeric\._frombuffer$/;

/** The array that an object stands for; null for anything else, and for arrays of no numbers. */
export function numpyArray(value: PickleValue): PickleTensor | null {
  if (!isKind(value, 'object')) return null;
  if (RECONSTRUCT.test(value.name)) {
    // (version, shape, dtype, column-major, bytes)
    const [, shape, dtype, fortran, data] = itemsOf(value.state) ?? [];
    return arrayOf(shape, dtype, fortran === true || fortran === 1, data);
  }
  if (FROM_BUFFER.test(value.name)) {
    const [data, dtype, shape, order] = value.args;
    return arrayOf(shape, dtype, order === 'F', data);
  }
  return null;
}

/** The numbers of an array or of NumPy's kind of number, row-major; null for anything else. */
export function numpyNumbers(value: PickleValue): Float32Array | null {
  const isScalar = isKind(value, 'object') && SCALAR.test(value.name);
  const array = isScalar
    ? arrayOf({ kind: 'tuple', items: [] }, value.args[0], false, value.args[1])
    : numpyArray(value);
  if (array === null) return null;
  const { type, bytes = new Uint8Array(), isBigEndian = false } = array.storage;
  return gather(type, bytes, array.layout, !isBigEndian);
}

/** The objects in an array of objects, as `np.save` makes of a dict; null for anything else. */
export function objectArray(value: PickleValue): readonly PickleValue[] | null {
  if (!isKind(value, 'object') || !RECONSTRUCT.test(value.name)) return null;
  return itemsOf(itemsOf(value.state)?.[4]);
}

function arrayOf(
  size: PickleValue | undefined,
  dtype: PickleValue | undefined,
  fortran: boolean,
  content: PickleValue | undefined,
): PickleTensor | null {
  const [shape, data] = [itemsOf(size), bytesOf(content)];
  const descr = isKind(dtype, 'object') ? descrOf(dtype) : null;
  const type = descr === null ? null : numpyType(descr);
  if (!isShape(shape) || data === null || type === null) return null;
  const count = elementCount(shape);
  const { element, convert, isBigEndian } = type;
  if (count === null || count * type.bytes !== data.length) return null;
  const bytes = convert === null ? data : convert(data);
  const elements = bytes.length / elementBytes(element);
  return {
    kind: 'tensor',
    storage: { kind: 'storage', key: '', type: element, elements, bytes, isBigEndian },
    layout: { offset: 0, shape, strides: packedStrides(shape, fortran) },
  };
}

/** `numpy.dtype('f4', …)` with the attributes `(3, '<', …)` → `<f4` */
function descrOf({ name, args, state }: PickleObject): string | null {
  const [type] = args;
  if (name !== 'numpy.dtype' || typeof type !== 'string') return null;
  const order = itemsOf(state)?.[1];
  return `${typeof order === 'string' ? order : '|'}${type}`;
}
