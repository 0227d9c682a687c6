/** Finds the dictionaries of tensors in what a pickle holds, wherever they are. */
import { numpyArray } from '../../containers/pickle/numpy.ts';
import {
  describeValue,
  isKind,
  itemsOf,
  type PickleDict,
  type PickleObject,
  type PickleTensor,
  type PickleValue,
} from '../../containers/pickle/value.ts';
import { t } from '../../text/t.ts';
import { UNREADABLE_TENSOR } from './torchPickle.ts';
import type { ModuleFacts } from './weightsFile.ts';

/** Tensors that belong together, not read yet. */
export interface TensorDict {
  readonly path: readonly string[];
  readonly tensors: Map<string, PickleTensor>;
  readonly unreadable: Map<string, string>;
  readonly modules: Map<string, ModuleFacts>;
  /** What else there is beside the tensors. */
  readonly others: string[];
}

const MAX_DEPTH = 12;
const MAX_VALUES = 200_000;
/** The smallest ResNet here has a stem and a block of two. */
const NETWORK_CONVOLUTIONS = 3;

/** All dictionaries that may hold a network's tensors, in the order of the file; else whatever tensors there are. */
export function tensorDicts(value: PickleValue): TensorDict[] {
  const walk = new Walk();
  walk.visit(value, []);
  const networks = walk.found.filter((dict) => convolutions(dict) >= NETWORK_CONVOLUTIONS);
  if (networks.length > 0) return networks;
  // A tree of dicts, a level per module.
  const whole = emptyDict([]);
  flatten(value, [], whole, new Set());
  if (convolutions(whole) >= NETWORK_CONVOLUTIONS) return [whole];
  return walk.found.filter(({ tensors }) => tensors.size > 0).slice(0, 1);
}

const emptyDict = (path: readonly string[]): TensorDict => ({
  ...{ path, tensors: new Map(), unreadable: new Map(), modules: new Map(), others: [] },
});

const convolutions = ({ tensors, unreadable }: TensorDict): number =>
  [...tensors.values()].filter(({ layout }) => layout.shape.length === 4).length +
  [...unreadable.keys()].filter((name) => name.endsWith('.weight')).length;

class Walk {
  readonly found: TensorDict[] = [];
  private readonly seen = new Set<object>();

  visit(value: PickleValue, path: readonly string[]): void {
    if (typeof value !== 'object' || value === null || this.seen.has(value)) return;
    if (path.length > MAX_DEPTH || this.seen.size > MAX_VALUES) return;
    this.seen.add(value);
    if (isModule(value)) {
      const dict = emptyDict(path);
      readModule(value, '', dict, 0);
      this.found.push(dict);
      return;
    }
    const entries = namedEntries(value);
    if (entries.length === 0) return;
    const dict = emptyDict(path);
    for (const [key, item] of entries) addEntry(dict, key, item);
    this.found.push(dict);
    for (const [key, item] of entries) this.visit(item, [...path, key]);
  }
}

/** What has names: a dict's entries, an object's and its attributes, a list's pairs of name and tensor or its tensors. */
function namedEntries(value: PickleValue): (readonly [string, PickleValue])[] {
  if (isKind(value, 'dict')) return stringEntries(value.entries);
  if (isKind(value, 'object')) {
    const state = isKind(value.state, 'dict') ? stringEntries(value.state.entries) : [];
    const [first] = value.args;
    const content = isKind(first, 'dict') ? stringEntries(first.entries) : [];
    return [...stringEntries(value.entries), ...content, ...state];
  }
  const items = itemsOf(value)?.slice(0, MAX_VALUES) ?? [];
  return items.map((item, i) => {
    const pair = itemsOf(item);
    const [name, tensor = null] = pair ?? [];
    return pair?.length === 2 && typeof name === 'string' ? [name, tensor] : [`${i}`, item];
  });
}

const stringEntries = (entries: PickleDict['entries']): (readonly [string, PickleValue])[] =>
  [...entries].flatMap(([key, item]) => (typeof key === 'string' ? [[key, item] as const] : []));

function addEntry(dict: TensorDict, key: string, item: PickleValue): void {
  const tensor = isKind(item, 'tensor') ? item : numpyArray(item);
  const foreign = isKind(item, 'object') ? unreadableTensor(item) : null;
  if (tensor !== null) dict.tensors.set(key, tensor);
  else if (foreign !== null) dict.unreadable.set(key, foreign);
  else dict.others.push(isKind(item, 'object') ? t`${key} (${describeValue(item)})` : key);
}

/** Why a tensor cannot be read; null for what is no tensor. */
function unreadableTensor({ name, said }: PickleObject): string | null {
  if (name === UNREADABLE_TENSOR) return said;
  if (name.endsWith('_rebuild_qtensor')) return t`quantised`;
  if (name.endsWith('_rebuild_sparse_tensor')) return t`sparse`;
  return /^torch\._utils\._rebuild|^torch\.\w+(float|int)\w*$/.test(name) ? name : null;
}

/** Tensors under the path of their dicts and attributes, `layer1.0.conv1.weight`. */
function flatten(
  value: PickleValue,
  path: readonly string[],
  into: TensorDict,
  within: Set<PickleValue>,
): void {
  if (path.length > MAX_DEPTH || into.tensors.size > MAX_VALUES || within.has(value)) return;
  within.add(value);
  for (const [key, item] of namedEntries(value)) {
    if (/optim|sched/i.test(key)) continue;
    const tensor = isKind(item, 'tensor') ? item : numpyArray(item);
    if (tensor !== null) into.tensors.set([...path, key].join('.'), tensor);
    else if (typeof item === 'object') flatten(item, [...path, key], into, within);
  }
}

/** An `nn.Module`: its attributes are its parameters, buffers and modules. */
function isModule(value: PickleValue): value is PickleObject {
  if (!isKind(value, 'object') || !isKind(value.state, 'dict')) return false;
  return dictAt(value.state, '_modules') !== null && dictAt(value.state, '_parameters') !== null;
}

/** What its `state_dict()` holds. */
function readModule(value: PickleObject, prefix: string, into: TensorDict, depth: number): void {
  const { state } = value;
  if (!isKind(state, 'dict') || depth > MAX_DEPTH || into.modules.size > MAX_VALUES) return;
  const [eps, stride] = [state.entries.get('eps'), state.entries.get('stride')];
  const [height] = itemsOf(stride) ?? [stride];
  into.modules.set(prefix.slice(0, -1), {
    className: value.name,
    eps: typeof eps === 'number' ? eps : null,
    stride: typeof height === 'number' ? height : null,
  });
  for (const part of ['_parameters', '_buffers']) {
    for (const [key, item] of stringEntries(dictAt(state, part)?.entries ?? new Map())) {
      if (item !== null) addEntry(into, prefix + key, item);
    }
  }
  for (const [key, item] of stringEntries(dictAt(state, '_modules')?.entries ?? new Map())) {
    if (isModule(item)) readModule(item, `${prefix}${key}.`, into, depth + 1);
  }
}

function dictAt(dict: PickleDict, key: string): PickleDict | null {
  const value = dict.entries.get(key);
  return isKind(value, 'dict') ? value : null;
}
