/** What a pickle is read into: plain data, nothing that can be executed. */
import { latin1 } from '../latin1.ts';
import type { ElementType, Layout } from '../numbers/elementType.ts';
import { t } from '../../text/t.ts';

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleBytes
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleGlobal
  | PickleStorage
  | PickleTensor
  | PickleObject;

/** Python's `bytes`, or a string of Python 2 that is not ASCII. */
export interface PickleBytes {
  readonly kind: 'bytes';
  readonly data: Uint8Array;
}

/** A name that the pickle would import. It is never looked up. */
interface PickleGlobal {
  readonly kind: 'global';
  readonly name: string;
}

export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

interface PickleList {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

type PickleKey = string | number | bigint | boolean | null;

/** Python's `dict` or `OrderedDict`. Entries whose keys are no plain values are left out. */
export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: Map<PickleKey, PickleValue>;
}

/** Numbers stored beside the pickle, by key. */
export interface PickleStorage {
  readonly kind: 'storage';
  readonly key: string;
  readonly type: ElementType;
  readonly elements: number;
  /** The numbers, where the pickle itself holds them. */
  readonly bytes?: Uint8Array;
  readonly isBigEndian?: boolean;
  /** The elements that it is of a larger storage. */
  readonly part?: { readonly offset: number; readonly elements: number };
}

export interface PickleTensor {
  readonly kind: 'tensor';
  readonly storage: PickleStorage;
  readonly layout: Layout;
}

/** What a call of any other name would have made. Nothing was called: these are the call's parts. */
export interface PickleObject {
  readonly kind: 'object';
  readonly name: string;
  /** What messages call it. */
  readonly said: string;
  readonly args: readonly PickleValue[];
  /** Items that were set, as in a `Counter` or `defaultdict`. */
  readonly entries: PickleDict['entries'];
  /** Items that were appended, as in a `deque`. */
  readonly items: PickleValue[];
  /** Its attributes. */
  state: PickleValue;
}

type PickleCompound = Extract<PickleValue, { readonly kind: string }>;

export const isKind = <K extends PickleCompound['kind']>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleCompound, { readonly kind: K }> =>
  typeof value === 'object' && value?.kind === kind;

export const objectOf = (
  name: string,
  args: readonly PickleValue[] = [],
  said: string = name,
): PickleObject => ({
  ...{ kind: 'object', name, said, args, state: null },
  ...{ entries: new Map(), items: [] },
});

/** What a value is, for messages; never its content, which may be large or refer to itself. */
export function describeValue(value: PickleValue): string {
  if (value === null) return 'None';
  if (typeof value !== 'object') return t`a ${typeof value}`;
  if (value.kind === 'global') return value.name;
  return value.kind === 'object' ? value.said : t`a ${value.kind}`;
}

/** The text of a string, or of bytes that are one; null for anything else. */
export function textOf(value: PickleValue | undefined): string | null {
  if (typeof value === 'string') return value;
  return isKind(value, 'bytes') ? latin1(value.data) : null;
}

/** The bytes of `bytes`, or of a string that holds one byte a character; null for anything else. */
export function bytesOf(value: PickleValue | undefined): Uint8Array | null {
  if (isKind(value, 'bytes')) return value.data;
  if (typeof value !== 'string') return null;
  const bytes = new Uint8Array(value.length);
  for (let i = 0; i < bytes.length; i++) {
    const code = value.charCodeAt(i);
    if (code > 255) return null;
    bytes[i] = code;
  }
  return bytes;
}

/** A tuple's or list's items; null for anything else. */
export const itemsOf = (value: PickleValue | undefined): readonly PickleValue[] | null =>
  isKind(value, 'tuple') || isKind(value, 'list') ? value.items : null;
