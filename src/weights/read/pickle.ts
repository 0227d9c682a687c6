/**
 * Reads pickles as data. A pickle is a program for a stack machine; here only the instructions that build plain values
 * exist, imports are looked up in a list of names, and calls are made by the caller's rules. Nothing in the file runs.
 * Opcodes as in Python's `pickletools`, protocol 2, which `torch.save` writes.
 */

import { WeightsError } from '../weightsError.ts';
import { MAX_PICKLE_INSTRUCTIONS } from './limits.ts';
import {
  describeValue,
  type PickleDict,
  type PickleTuple,
  type PickleValue,
} from './pickleValue.ts';

/** What a pickle may refer to and call. All three throw WeightsError for what is not allowed. */
export interface PickleRules {
  /** @param name `torch._utils._rebuild_tensor_v2` */
  global(name: string): PickleValue;
  /** A call of a global. */
  call(callee: PickleValue, args: readonly PickleValue[]): PickleValue;
  /** An object that the pickle leaves to whoever reads it: PyTorch's storages. */
  persistent(id: PickleValue): PickleValue;
}

const fault = (message: string): never => {
  throw new WeightsError(`pickle: ${message}`);
};

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const MARK = Symbol('mark');
type StackItem = PickleValue | typeof MARK;

class Machine {
  at: number;
  result: { readonly value: PickleValue } | null = null;
  private readonly view: DataView;
  private readonly stack: StackItem[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(
    private readonly bytes: Uint8Array,
    start: number,
    readonly rules: PickleRules,
  ) {
    this.at = start;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The next `length` bytes; gives where they start. */
  take(length: number): number {
    const start = this.at;
    if (length > this.bytes.length - start) fault(`it is cut off at byte ${this.bytes.length}`);
    this.at += length;
    return start;
  }

  u8 = (): number => this.view.getUint8(this.take(1));
  u16 = (): number => this.view.getUint16(this.take(2), true);
  u32 = (): number => this.view.getUint32(this.take(4), true);
  i32 = (): number => this.view.getInt32(this.take(4), true);
  f64 = (): number => this.view.getFloat64(this.take(8), false);

  text(length: number): string {
    const start = this.take(length);
    try {
      return UTF8.decode(this.bytes.subarray(start, start + length));
    } catch {
      return fault(`the text at byte ${start} is no UTF-8`);
    }
  }

  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) fault(`it is cut off at byte ${this.bytes.length}`);
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }

  /** Two's complement, little-endian. */
  long(length: number): number | bigint {
    if (length > 64) fault(`a whole number of ${length} bytes`);
    const start = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--)
      value = (value << 8n) | BigInt(this.bytes[start + i] ?? 0);
    value = BigInt.asIntN(8 * length, value);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  push(value: StackItem): void {
    this.stack.push(value);
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined || value === MARK)
      return fault(`nothing to take before byte ${this.at}`);
    return value;
  }

  top(): PickleValue {
    const value = this.pop();
    this.stack.push(value);
    return value;
  }

  /** Everything behind the last mark, which goes too. */
  popToMark(): PickleValue[] {
    const from = this.stack.lastIndexOf(MARK);
    if (from < 0) fault(`no mark before byte ${this.at}`);
    const items = this.stack.splice(from).slice(1);
    return items.filter((item) => item !== MARK);
  }

  remember(index: number): void {
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) fault(`value ${index} is used before it is made`);
    else this.push(value);
  }
}

const tuple = (...items: PickleValue[]): PickleTuple => ({ kind: 'tuple', items });

function topDict(machine: Machine): PickleDict {
  const dict = machine.top();
  if (typeof dict === 'object' && dict?.kind === 'dict') return dict;
  return fault(`${describeValue(dict)} where a dict should be, before byte ${machine.at}`);
}

function setItems(dict: PickleDict, items: readonly PickleValue[]): void {
  if (items.length % 2 !== 0) fault('a key without a value');
  for (let i = 0; i + 1 < items.length; i += 2) {
    const [key = null, value = null] = [items[i], items[i + 1]];
    if (typeof key === 'object' && key !== null) {
      throw new WeightsError(`pickle: ${describeValue(key)} as the key of a dict`);
    }
    if (dict.entries.has(key)) fault(`${JSON.stringify(String(key))} is in a dict twice`);
    dict.entries.set(key, value);
  }
}

function append(machine: Machine, items: readonly PickleValue[]): void {
  const list = machine.top();
  if (typeof list === 'object' && list?.kind === 'list') {
    for (const item of items) list.items.push(item);
  } else fault(`${describeValue(list)} where a list should be, before byte ${machine.at}`);
}

/** Python's names for what is allowed, by opcode. */
const OPCODES: Readonly<Record<number, (machine: Machine) => void>> = {
  // PROTO
  128: (m) => {
    const version = m.u8();
    if (version < 2 || version > 3)
      fault(`protocol ${version}; torch.save writes 2, which can be read`);
  },
  // MARK ( · EMPTY_TUPLE ) · EMPTY_LIST ] · EMPTY_DICT }
  40: (m) => m.push(MARK),
  41: (m) => m.push(tuple()),
  93: (m) => m.push({ kind: 'list', items: [] }),
  125: (m) => m.push({ kind: 'dict', entries: new Map() }),
  // TUPLE t · TUPLE1 · TUPLE2 · TUPLE3
  116: (m) => m.push({ kind: 'tuple', items: m.popToMark() }),
  133: (m) => m.push(tuple(m.pop())),
  134: (m) => {
    const b = m.pop();
    m.push(tuple(m.pop(), b));
  },
  135: (m) => {
    const [c, b] = [m.pop(), m.pop()];
    m.push(tuple(m.pop(), b, c));
  },
  // APPEND a · APPENDS e
  97: (m) => {
    const item = m.pop();
    append(m, [item]);
  },
  101: (m) => {
    const items = m.popToMark();
    append(m, items);
  },
  // SETITEM s · SETITEMS u
  115: (m) => {
    const value = m.pop();
    const key = m.pop();
    setItems(topDict(m), [key, value]);
  },
  117: (m) => {
    const items = m.popToMark();
    setItems(topDict(m), items);
  },
  // NONE N · NEWTRUE · NEWFALSE
  78: (m) => m.push(null),
  136: (m) => m.push(true),
  137: (m) => m.push(false),
  // BININT J · BININT1 K · BININT2 M · LONG1 · BINFLOAT G
  74: (m) => m.push(m.i32()),
  75: (m) => m.push(m.u8()),
  77: (m) => m.push(m.u16()),
  138: (m) => m.push(m.long(m.u8())),
  71: (m) => m.push(m.f64()),
  // BINUNICODE X · SHORT_BINSTRING U · BINSTRING T
  88: (m) => m.push(m.text(m.u32())),
  85: (m) => m.push(m.text(m.u8())),
  84: (m) => m.push(m.text(m.u32())),
  // BINPUT q · LONG_BINPUT r · BINGET h · LONG_BINGET j
  113: (m) => m.remember(m.u8()),
  114: (m) => m.remember(m.u32()),
  104: (m) => m.recall(m.u8()),
  106: (m) => m.recall(m.u32()),
  // GLOBAL c
  99: (m) => {
    const module = m.line();
    m.push(m.rules.global(`${module}.${m.line()}`));
  },
  // BINPERSID Q
  81: (m) => m.push(m.rules.persistent(m.pop())),
  // REDUCE R
  82: (m) => {
    const args = m.pop();
    if (typeof args !== 'object' || args?.kind !== 'tuple')
      return fault('a call without arguments');
    m.push(m.rules.call(m.pop(), args.items));
  },
  // BUILD b: attributes of a state dict (the versions of its modules), which hold no numbers.
  98: (m) => {
    m.pop();
    topDict(m);
  },
  // STOP .
  46: (m) => {
    m.result = { value: m.pop() };
  },
};

/** Those that a hostile or unusual file is likely to hold. */
const REFUSED: Readonly<Record<number, string>> = {
  48: 'POP',
  49: 'POP_MARK',
  50: 'DUP',
  66: 'BINBYTES',
  67: 'SHORT_BINBYTES',
  80: 'PERSID',
  105: 'INST',
  111: 'OBJ',
  129: 'NEWOBJ',
  130: 'EXT1',
  131: 'EXT2',
  132: 'EXT4',
  139: 'LONG4',
  140: 'SHORT_BINUNICODE',
  146: 'NEWOBJ_EX',
  147: 'STACK_GLOBAL',
  148: 'MEMOIZE',
  149: 'FRAME',
};

/**
 * The value of the pickle that starts at byte `start`, and the byte behind it.
 * @throws WeightsError naming the instruction, import or call that is not allowed, or where the pickle breaks off.
 */
export function readPickle(
  bytes: Uint8Array,
  rules: PickleRules,
  start = 0,
): { value: PickleValue; end: number } {
  const machine = new Machine(bytes, start, rules);
  for (let instructions = 0; ; instructions++) {
    if (instructions === MAX_PICKLE_INSTRUCTIONS) fault(`more than ${instructions} instructions`);
    const at = machine.at;
    const code = machine.u8();
    const execute = OPCODES[code];
    if (execute === undefined) {
      const name = REFUSED[code] ?? `0x${code.toString(16).padStart(2, '0')}`;
      throw new WeightsError(
        `pickle: instruction ${name} at byte ${at} is none of those that plain tensors need`,
      );
    }
    execute(machine);
    if (machine.result !== null) return { value: machine.result.value, end: machine.at };
  }
}
