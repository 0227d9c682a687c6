/** NumPy's array files, versions 1 to 3: a magic string, a header that is a Python dict, the numbers. */

import { WeightsError } from '../weightsError.ts';
import { gather, packedStrides } from '../../containers/numbers/elementType.ts';
import { numpyType } from '../../containers/numbers/numpyType.ts';
import { describeShape, elementCount, isShape } from '../../containers/numbers/shape.ts';
import type { StoredTensor } from './weightsFile.ts';
import { t } from '../../text/t.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const MAX_HEADER_BYTES = 65_535;

/** Exactly the three fields, in any order, as NumPy's writer and others space them. */
const FIELD =
  /^\s*'(descr|fortran_order|shape)'\s*:\s*('[^'\\]*'|True|False|\(\s*(?:\d+\s*,\s*)*(?:\d+\s*)?\)|\[.*\])\s*(,|$)/s;

interface NpyHeader {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  readonly dataStart: number;
}

const fault = (name: string, message: string): never => {
  throw new WeightsError(t`array ${JSON.stringify(name)}: ${message}`);
};

export const isNpy = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

/**
 * The numbers of an array file, row-major.
 * @param name for messages.
 * @throws WeightsError for a cut or malformed header, a type that is no plain number, and a size that is not the
 * shape's.
 */
export function readNpy(name: string, bytes: Uint8Array): StoredTensor {
  const { descr, fortranOrder, shape, dataStart } = readHeader(name, bytes);
  const type = numpyType(descr);
  if (type === null) {
    return fault(
      name,
      isPickled(descr)
        ? t`type ${JSON.stringify(descr)} can’t be read: it would have to be unpickled (float16 to long double and whole numbers can)`
        : t`type ${JSON.stringify(descr)} can’t be read (float16 to long double and whole numbers can)`,
    );
  }
  const elements = elementCount(shape);
  const needed = (elements ?? Number.POSITIVE_INFINITY) * type.bytes;
  const there = bytes.length - dataStart;
  if (needed !== there) {
    return fault(
      name,
      t`${describeShape(shape)} of ${type.element} takes ${needed} bytes, there are ${there}`,
    );
  }
  const layout = { offset: 0, shape, strides: packedStrides(shape, fortranOrder) };
  const stored = bytes.subarray(dataStart);
  const data = type.convert === null ? stored : type.convert(stored);
  return {
    dtype: type.element,
    shape,
    data: gather(type.element, data, layout, !type.isBigEndian),
  };
}

/** What an array holds, without reading it: numbers, a pickle that starts at `dataStart`, or something else. */
export function npyContent(
  name: string,
  bytes: Uint8Array,
): {
  readonly kind: 'numbers' | 'pickle' | 'other';
  readonly descr: string;
  readonly dataStart: number;
} {
  const { descr, dataStart } = readHeader(name, bytes);
  const kind = numpyType(descr) !== null ? 'numbers' : isPickled(descr) ? 'pickle' : 'other';
  return { kind, descr, dataStart };
}

const isPickled = (descr: string): boolean => /^\|?O\d?$/.test(descr);

function readHeader(name: string, bytes: Uint8Array): NpyHeader {
  if (!isNpy(bytes)) return fault(name, t`this is not a NumPy array`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3)
    return fault(name, t`version ${version} of NumPy’s format can’t be read`);
  const textStart = version === 1 ? 10 : 12;
  if (bytes.length < textStart) return fault(name, t`its header is cut off`);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES)
    return fault(name, t`a header of ${length} bytes (${MAX_HEADER_BYTES} at most)`);
  const dataStart = textStart + length;
  if (dataStart > bytes.length) return fault(name, t`its header is cut off`);
  const text = new TextDecoder('latin1').decode(bytes.subarray(textStart, dataStart)).trim();
  return { ...parseHeader(name, text), dataStart };
}

/** `{'descr': '<f4', 'fortran_order': False, 'shape': (16, 3, 3, 3), }` */
function parseHeader(name: string, text: string): Omit<NpyHeader, 'dataStart'> {
  const bad = (): never => fault(name, t`its header is not NumPy’s: ${text.slice(0, 80)}`);
  if (!text.startsWith('{') || !text.endsWith('}')) return bad();
  const fields = new Map<string, string>();
  let rest = text.slice(1, -1).trim();
  while (rest !== '') {
    const [whole, field, value] = FIELD.exec(rest) ?? bad();
    if (field === undefined || value === undefined || whole === undefined) return bad();
    if (fields.has(field)) return fault(name, t`its header holds ${field} twice`);
    fields.set(field, value);
    rest = rest.slice(whole.length).trim();
  }
  const [descr, order, sizes] = [
    fields.get('descr'),
    fields.get('fortran_order'),
    fields.get('shape'),
  ];
  if (descr === undefined || sizes === undefined || (order !== 'True' && order !== 'False'))
    return bad();
  if (!sizes.startsWith('(') || order.startsWith("'")) return bad();
  const shape = (sizes.match(/\d+/g) ?? []).map(Number);
  if (!isShape(shape)) return fault(name, t`shape ${sizes.slice(0, 80)} can’t be read`);
  // In brackets: an array of records.
  return { descr: descr.replace(/^'|'$/g, ''), fortranOrder: order === 'True', shape };
}
