/** CIFAR's batches: Python pickles and binary records (https://www.cs.toronto.edu/~kriz/cifar.html). */
import { isPacked } from '../../containers/numbers/elementType.ts';
import { numpyArray, numpyNumbers } from '../../containers/pickle/numpy.ts';
import { plainRules } from '../../containers/pickle/plainRules.ts';
import { readPickle } from '../../containers/pickle/readPickle.ts';
import { isKind, itemsOf, type PickleDict } from '../../containers/pickle/value.ts';
import { IMAGE_BYTES, type Images } from '../types.ts';
import { t } from '../../text/t.ts';

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
  const { value: dict } = readPickle(bytes, plainRules);
  if (!isKind(dict, 'dict')) throw new Error(t`not a batch of CIFAR: no dictionary`);
  const labels = labelsOf(dict, classes);
  const data = numpyArray(dict.entries.get('data') ?? null);
  const planes = data?.storage.bytes;
  if (planes === undefined || data?.storage.type !== 'U8' || !isPacked(data.layout)) {
    throw new Error(t`not a batch of CIFAR: data is not an array of bytes`);
  }
  if (planes.length !== labels.length * IMAGE_BYTES) {
    throw new Error(t`${labels.length} labels for ${planes.length} bytes of images`);
  }
  return imagesOf(planes, labels);
}

function labelsOf({ entries }: PickleDict, classes: number): number[] {
  const value = entries.get('fine_labels') ?? entries.get('labels') ?? null;
  const labels = itemsOf(value) ?? numpyNumbers(value);
  if (labels === null) throw new Error(t`not a batch of CIFAR: no labels`);
  return Array.from(labels, (label, i) => {
    const number = typeof label === 'number' ? label : (numpyNumbers(label)?.[0] ?? Number.NaN);
    if (!(Number.isInteger(number) && number >= 0 && number < classes)) {
      throw new Error(t`label ${i} is ${number}, not 0–${classes - 1}`);
    }
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
    throw new Error(t`${bytes.length} bytes are not a whole number of records of ${record}`);
  }
  const count = bytes.length / record;
  const labels = new Uint16Array(count);
  const pixels = new Uint8Array(count * IMAGE_BYTES);
  for (let i = 0; i < count; i++) {
    const label = bytes[i * record + labelBytes - 1] ?? 0;
    if (label >= classes)
      throw new Error(t`image ${i} has the label ${label}, not 0–${classes - 1}`);
    labels[i] = label;
    interleave(bytes, i * record + labelBytes, pixels, i * IMAGE_BYTES);
  }
  return { pixels, labels };
}
