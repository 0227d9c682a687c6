/**
 * Reads pickles as data. A pickle is a program for a stack machine. Here only the instructions that build plain values
 * exist, imports are looked up in a list of names, and calls follow the caller's rules. Nothing in the file is executed.
 * Opcodes as in Python's `pickletools`, protocol 2, which `torch.save` writes.
 */
import { WeightsError } from '../weightsError.ts';
import { MAX_PICKLE_INSTRUCTIONS } from './limits.ts';
import { fault, MARK, PickleMachine, type PickleRules } from './pickleMachine.ts';
import {
  describeValue,
  isKind,
  type PickleDict,
  type PickleTuple,
  type PickleValue,
} from './pickleValue.ts';

const tuple = (...items: PickleValue[]): PickleTuple => ({ kind: 'tuple', items });

function topDict(machine: PickleMachine): PickleDict {
  const dict = machine.top();
  if (isKind(dict, 'dict')) return dict;
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

function append(machine: PickleMachine, items: readonly PickleValue[]): void {
  const list = machine.top();
  if (isKind(list, 'list')) {
    for (const item of items) list.items.push(item);
  } else fault(`${describeValue(list)} where a list should be, before byte ${machine.at}`);
}

/** The instructions that are allowed, by opcode; comments give Python's names. */
const OPCODES: Readonly<Record<number, (machine: PickleMachine) => void>> = {
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
    if (!isKind(args, 'tuple')) return fault('a call without arguments');
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

/** Names of instructions that a hostile or unusual file is likely to contain. */
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
 * The value of the pickle that starts at byte `start`, and the byte after its end.
 * @throws WeightsError naming the instruction, import or call that is not allowed, or if the pickle breaks off.
 */
export function readPickle(
  bytes: Uint8Array,
  rules: PickleRules,
  start = 0,
): { value: PickleValue; end: number } {
  const machine = new PickleMachine(bytes, start, rules);
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
