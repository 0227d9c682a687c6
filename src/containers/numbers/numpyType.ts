/** NumPy’s names of types. */
import { type ElementType, elementBytes } from './elementType.ts';
import { longDoubles } from './longDouble.ts';

/** NumPy's `descr` without its first character, the byte order. */
const TYPES: Readonly<Record<string, ElementType>> = {
  ...{ f8: 'F64', f4: 'F32', f2: 'F16' },
  ...{ i8: 'I64', i4: 'I32', i2: 'I16', i1: 'I8' },
  ...{ u8: 'U64', u4: 'U32', u2: 'U16', u1: 'U8', b1: 'BOOL' },
  // What NumPy, which has no bfloat16, calls an array of JAX's.
  ...{ V2: 'BF16', bfloat16: 'BF16' },
};

interface NumpyType {
  /** Of an element in the file. */
  readonly bytes: number;
  /** Of an element after `convert`. */
  readonly element: ElementType;
  readonly isBigEndian: boolean;
  /** For types that there is no `ElementType` for. */
  readonly convert: ((data: Uint8Array) => Uint8Array) | null;
}

/** What `<f4`, `>f8`, `|b1` and the like stand for; null for what is no plain number. */
export function numpyType(descr: string): NumpyType | null {
  const isBigEndian = descr.startsWith('>');
  const name = descr.replace(/^[<>|=]/, '');
  const element = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (element !== undefined) {
    return { bytes: elementBytes(element), element, isBigEndian, convert: null };
  }
  const long = name === 'f16' ? 16 : name === 'f12' ? 12 : null;
  if (long === null) return null;
  const convert = (data: Uint8Array) => longDoubles(data, long, !isBigEndian);
  return { bytes: long, element: 'F64', isBigEndian: false, convert };
}
