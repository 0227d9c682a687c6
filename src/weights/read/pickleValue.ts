/** What a pickle is read into: plain data, nothing that can be executed. */
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

/** A name that the pickle would import, one of those allowed. */
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

/** Python's `dict` or `OrderedDict`. */
export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: Map<string | number | bigint | boolean | null, PickleValue>;
}

/** Numbers stored beside the pickle, by key. */
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

type PickleObject = Extract<PickleValue, { readonly kind: string }>;

export const isKind = <K extends PickleObject['kind']>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleObject, { readonly kind: K }> =>
  typeof value === 'object' && value?.kind === kind;

/** What a value is, for messages; never its content, which may be large or refer to itself. */
export function describeValue(value: PickleValue): string {
  if (value === null) return 'None';
  if (typeof value === 'object') return value.kind === 'global' ? value.name : `a ${value.kind}`;
  return `a ${typeof value}`;
}
