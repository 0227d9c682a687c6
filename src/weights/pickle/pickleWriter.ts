/**
 * Writes Python's pickle, protocol 2: the few opcodes that a state dict takes, all of them allowed by
 * `torch.load(…, weights_only=True)`. Opcodes as in Python's Lib/pickletools.py.
 */

/** A tuple of any values. */
export class Tuple {
  readonly items: readonly Pickled[];
  constructor(...items: readonly Pickled[]) {
    this.items = items;
  }
}

/** A class or function by module and name. */
export class Global {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}
}

/** `callee(*args)` */
export class Call {
  constructor(
    readonly callee: Global,
    readonly args: Tuple,
  ) {}
}

/** `callee(*args)` or an empty dict, on which these items are then set in order. */
export class Mapping {
  constructor(
    readonly target: Call | 'dict',
    readonly entries: ReadonlyMap<string | number, Pickled>,
  ) {}
}

/** An object that the reader finds outside of the pickle: PyTorch's storages. */
export class PersistentId {
  constructor(readonly id: Tuple) {}
}

/** Numbers are 32-bit integers: PyTorch before 2.0 accepts no others with `weights_only`. Arrays become lists. */
export type Pickled =
  | number
  | boolean
  | string
  | readonly Pickled[]
  | Tuple
  | Global
  | Call
  | Mapping
  | PersistentId;

const OPCODE = {
  PROTO: 0x80,
  STOP: 0x2e,
  MARK: 0x28,
  BININT: 0x4a,
  BINUNICODE: 0x58,
  NEWTRUE: 0x88,
  NEWFALSE: 0x89,
  GLOBAL: 0x63,
  TUPLE: 0x74,
  EMPTY_TUPLE: 0x29,
  EMPTY_LIST: 0x5d,
  APPENDS: 0x65,
  EMPTY_DICT: 0x7d,
  REDUCE: 0x52,
  SETITEMS: 0x75,
  BINPERSID: 0x51,
} as const;

/** @throws RangeError for a number that is not a 32-bit integer. */
export function pickle(value: Pickled): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [OPCODE.PROTO, 2];
  put(bytes, value);
  bytes.push(OPCODE.STOP);
  return Uint8Array.from(bytes);
}

function put(bytes: number[], value: Pickled): void {
  if (typeof value === 'boolean') {
    bytes.push(value ? OPCODE.NEWTRUE : OPCODE.NEWFALSE);
  } else if (typeof value === 'number') {
    if ((value | 0) !== value) throw new RangeError(`${value} is no 32-bit integer`);
    bytes.push(OPCODE.BININT, ...int32(value));
  } else if (typeof value === 'string') {
    const text = new TextEncoder().encode(value);
    bytes.push(OPCODE.BINUNICODE, ...int32(text.length), ...text);
  } else if (isList(value)) {
    bytes.push(OPCODE.EMPTY_LIST, OPCODE.MARK);
    for (const item of value) put(bytes, item);
    bytes.push(OPCODE.APPENDS);
  } else if (value instanceof Tuple) {
    if (value.items.length === 0) {
      bytes.push(OPCODE.EMPTY_TUPLE);
      return;
    }
    bytes.push(OPCODE.MARK);
    for (const item of value.items) put(bytes, item);
    bytes.push(OPCODE.TUPLE);
  } else if (value instanceof Global) {
    bytes.push(OPCODE.GLOBAL, ...new TextEncoder().encode(`${value.module}\n${value.name}\n`));
  } else if (value instanceof Call) {
    put(bytes, value.callee);
    put(bytes, value.args);
    bytes.push(OPCODE.REDUCE);
  } else if (value instanceof Mapping) {
    if (value.target === 'dict') bytes.push(OPCODE.EMPTY_DICT);
    else put(bytes, value.target);
    bytes.push(OPCODE.MARK);
    for (const [key, item] of value.entries) {
      put(bytes, key);
      put(bytes, item);
    }
    bytes.push(OPCODE.SETITEMS);
  } else {
    put(bytes, value.id);
    bytes.push(OPCODE.BINPERSID);
  }
}

/** Little-endian. */
const int32 = (value: number): number[] => [
  value & 0xff,
  (value >> 8) & 0xff,
  (value >> 16) & 0xff,
  (value >> 24) & 0xff,
];

const isList = (value: Pickled): value is readonly Pickled[] => Array.isArray(value);
