/** What a pickle is read into: data, and nothing that could act. */
import type { ElementType, Layout } from './elementType.ts';

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleGlobal
  | PickleStorage
  | PickleTensor;

/** A name that the pickle would import: one of the allowed. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly name: string;
}

export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

export interface PickleList {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

/** Of Python's `dict` or `OrderedDict`. */
export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: Map<string | number | bigint | boolean | null, PickleValue>;
}

/** Numbers that lie beside the pickle, by key. */
export interface PickleStorage {
  readonly kind: 'storage';
  readonly key: string;
  readonly type: ElementType;
  readonly elements: number;
}

export interface PickleTensor {
  readonly kind: 'tensor';
  readonly storage: PickleStorage;
  readonly layout: Layout;
}

/** What it is, for messages; never its content, which may be large or refer to itself. */
export function describeValue(value: PickleValue): string {
  if (value === null) return 'None';
  if (typeof value === 'object') return value.kind === 'global' ? value.name : `a ${value.kind}`;
  return `a ${typeof value}`;
}
