/** CIFAR's batches: Python pickles and binary records (https://www.cs.toronto.edu/~kriz/cifar.html). */
import { IMAGE_BYTES, type Images } from '../types.ts';
import { Opaque, type PickleDict, readPickle, textOf } from './pickle.ts';

const PLANE = IMAGE_BYTES / 3;

/** One image's planes of red, green and blue as interleaved pixels. */
function interleave(planes: Uint8Array, start: number, out: Uint8Array, to: number): void {
  for (let i = 0; i < PLANE; i++) {
    for (let c = 0; c < 3; c++) out[to + i * 3 + c] = planes[start + c * PLANE + i] ?? 0;
  }
}

function imagesOf(planes: Uint8Array, labels: readonly number[]): Images {
  const pixels = new Uint8Array(labels.length * IMAGE_BYTES);
  for (let i = 0; i < labels.length; i++)
    interleave(planes, i * IMAGE_BYTES, pixels, i * IMAGE_BYTES);
  return { pixels, labels: Uint16Array.from(labels) };
}

/**
 * A batch of the Python version: `data` [n, 3072] bytes and `labels`, of CIFAR-100 `fine_labels`.
 * @throws Error naming the fault
 */
export function readPythonBatch(bytes: Uint8Array, classes: number): Images {
  const dict = readPickle(bytes);
  if (!(dict instanceof Map)) throw new Error('not a batch of CIFAR: no dictionary');
  const labels = labelsOf(dict, classes);
  const planes = bytesOfArray(dict.get('data'));
  if (planes === null) throw new Error('not a batch of CIFAR: data is no array of bytes');
  if (planes.length !== labels.length * IMAGE_BYTES) {
    throw new Error(`${labels.length} labels for ${planes.length} bytes of images`);
  }
  return imagesOf(planes, labels);
}

function labelsOf(dict: PickleDict, classes: number): number[] {
  const name = dict.has('fine_labels') ? 'fine_labels' : 'labels';
  const value = dict.get(name);
  const labels = Array.isArray(value) ? value : integersOfArray(value);
  if (labels === null) throw new Error('not a batch of CIFAR: no labels');
  return labels.map((label: unknown, i) => {
    const number = typeof label === 'number' ? label : (integersOfArray(label)?.[0] ?? Number.NaN);
    if (!(Number.isInteger(number) && number >= 0 && number < classes)) {
      throw new Error(`label ${i} is ${String(label)}, not 0–${classes - 1}`);
    }
    return number;
  });
}

/** The content of a NumPy array or scalar as pickled, and its type, such as `u1`. */
function arrayOf(value: unknown): { data: Uint8Array; type: string } | null {
  if (!(value instanceof Opaque)) return null;
  const args = Array.isArray(value.args) ? value.args : [];
  if (/ _frombuffer$/.test(value.name)) return withType(args[0], args[1]);
  if (/ scalar$/.test(value.name)) return withType(args[1], args[0]);
  // ndarray.__setstate__: (version, shape, dtype, is_fortran, data)
  if (!/ _reconstruct$/.test(value.name) || !Array.isArray(value.state)) return null;
  const [, , type, isFortran, data] = value.state;
  return isFortran === true ? null : withType(data, type);
}

function withType(data: unknown, type: unknown): { data: Uint8Array; type: string } | null {
  const name = type instanceof Opaque && Array.isArray(type.args) ? textOf(type.args[0]) : null;
  return data instanceof Uint8Array && name !== null ? { data, type: name } : null;
}

function bytesOfArray(value: unknown): Uint8Array | null {
  const array = arrayOf(value);
  return array?.type === 'u1' ? array.data : null;
}

function integersOfArray(value: unknown): number[] | null {
  const array = arrayOf(value);
  if (array === null) return null;
  const { data, type } = array;
  const size = Number(/^[iu]([1248])$/.exec(type)?.[1] ?? 0);
  if (size === 0) return null;
  return Array.from({ length: Math.floor(data.length / size) }, (_, i) => {
    let number = 0;
    for (let k = size - 1; k >= 0; k--) number = number * 256 + (data[i * size + k] ?? 0);
    return number;
  });
}

/**
 * A file of the binary version: records of the label and 3,072 bytes; CIFAR-100's coarse label comes before the fine one.
 * @throws Error naming the fault
 */
export function readBinaryBatch(bytes: Uint8Array, classes: number): Images {
  const labelBytes = classes > 10 ? 2 : 1;
  const record = labelBytes + IMAGE_BYTES;
  if (bytes.length === 0 || bytes.length % record !== 0) {
    throw new Error(`${bytes.length} bytes are no whole number of records of ${record}`);
  }
  const count = bytes.length / record;
  const labels = new Uint16Array(count);
  const pixels = new Uint8Array(count * IMAGE_BYTES);
  for (let i = 0; i < count; i++) {
    const label = bytes[i * record + labelBytes - 1] ?? 0;
    if (label >= classes)
      throw new Error(`image ${i} has the label ${label}, not 0–${classes - 1}`);
    labels[i] = label;
    interleave(bytes, i * record + labelBytes, pixels, i * IMAGE_BYTES);
  }
  return { pixels, labels };
}
