/** What Python's own names stand for in a pickle: dicts and bytes. Everything else stays a call's parts. */
import { fault, type PickleRules } from './machine.ts';
import {
  bytesOf,
  isKind,
  itemsOf,
  objectOf,
  type PickleDict,
  type PickleValue,
  textOf,
} from './value.ts';
import { t } from '../../text/t.ts';

export type Call = (args: readonly PickleValue[]) => PickleValue;

const CALLS: Readonly<Record<string, Call>> = {
  'collections.OrderedDict': dictOf,
  'builtins.dict': dictOf,
  '__builtin__.dict': dictOf,
  // Protocol 2 has no bytes: Python 3 writes them as text.
  '_codecs.encode': ([text, encoding]) => {
    const data = encoding === 'latin1' ? bytesOf(text) : null;
    return data === null ? objectOf('_codecs.encode') : { kind: 'bytes', data };
  },
};

export const plainRules: PickleRules = {
  call: (callee, args) => ownEntry(CALLS, callee)?.(args) ?? objectOf(callee, args),
  persistent: () => fault(t`an object that is not in it`),
};

export const ownEntry = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** Of nothing, of pairs, or of another dict. */
function dictOf([content]: readonly PickleValue[]): PickleValue {
  if (isKind(content, 'dict')) return { kind: 'dict', entries: new Map(content.entries) };
  const entries: PickleDict['entries'] = new Map();
  for (const pair of itemsOf(content) ?? []) {
    const [key = null, value = null] = itemsOf(pair) ?? [];
    const name = isKind(key, 'bytes') ? textOf(key) : key;
    if (typeof name !== 'object') entries.set(name, value);
  }
  return { kind: 'dict', entries };
}
