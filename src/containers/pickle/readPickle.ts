/**
 * Reads pickles as data. A pickle is a program for a stack machine. Here its instructions only build plain values: names
 * are never looked up, and what a call would have made is known by the caller's rules or stays the call's parts. Nothing
 * in the file is executed. Opcodes as in Python's `pickletools`, protocols 0 to 5.
 */
import { fault, MARK, MAX_TEXT_BYTES, PickleMachine, type PickleRules } from './machine.ts';
import { pythonString } from './pythonString.ts';
import {
  describeValue,
  isKind,
  objectOf,
  type PickleTuple,
  type PickleValue,
  textOf,
} from './value.ts';
import { t } from '../../text/t.ts';

const LAST_PROTOCOL = 5;
/** A tensor and its momentum take about 60. */
const MAX_INSTRUCTIONS = 2_000_000;

const tuple = (...items: PickleValue[]): PickleTuple => ({ kind: 'tuple', items });
const list = (items: PickleValue[]): PickleValue => ({ kind: 'list', items });
const globalOf = (module: string, name: string): PickleValue => ({
  kind: 'global',
  name: `${module}.${name}`,
});

function setItems(machine: PickleMachine, items: readonly PickleValue[]): void {
  const target = machine.top();
  if (!isKind(target, 'dict') && !isKind(target, 'object')) {
    fault(t`${describeValue(target)} where a dict should be, before byte ${machine.at}`);
    return;
  }
  if (items.length % 2 !== 0) fault(t`a key without a value`);
  for (let i = 0; i + 1 < items.length; i += 2) {
    const [given = null, value = null] = [items[i], items[i + 1]];
    const key = isKind(given, 'bytes') ? textOf(given) : given;
    // Weights have strings as keys; what has tuples or objects is something else.
    if (typeof key === 'object' && key !== null) continue;
    if (target.entries.has(key)) fault(t`${JSON.stringify(String(key))} is in a dict twice`);
    target.entries.set(key, value);
  }
}

function append(machine: PickleMachine, items: readonly PickleValue[]): void {
  const target = machine.top();
  if (isKind(target, 'list') || isKind(target, 'object')) {
    for (const item of items) target.items.push(item);
  } else fault(t`${describeValue(target)} where a list should be, before byte ${machine.at}`);
}

/** A new dict of alternating keys and values. */
function pushDict(machine: PickleMachine, items: readonly PickleValue[]): void {
  machine.push({ kind: 'dict', entries: new Map() });
  setItems(machine, items);
}

function call(machine: PickleMachine, callee: PickleValue, args: readonly PickleValue[]): void {
  if (!isKind(callee, 'global') && !isKind(callee, 'object'))
    fault(t`a call of ${describeValue(callee)}`);
  machine.push(machine.rules.call(describeValue(callee), args));
}

const argumentsOf = (value: PickleValue): readonly PickleValue[] =>
  isKind(value, 'tuple') ? value.items : fault(t`a call without arguments`);

/** The instructions by opcode; comments give Python's names. */
const OPCODES: Readonly<Record<number, (machine: PickleMachine) => void>> = {
  // PROTO · FRAME
  128: (m) => {
    const version = m.u8();
    if (version > LAST_PROTOCOL) fault(t`protocol ${version}; 0 to ${LAST_PROTOCOL} can be read`);
  },
  149: (m) => {
    m.u64();
  },
  // MARK ( · EMPTY_TUPLE ) · EMPTY_LIST ] · EMPTY_DICT } · EMPTY_SET
  40: (m) => m.push(MARK),
  41: (m) => m.push(tuple()),
  93: (m) => m.push(list([])),
  125: (m) => m.push({ kind: 'dict', entries: new Map() }),
  143: (m) => m.push(objectOf('set')),
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
  // LIST l · DICT d · FROZENSET
  108: (m) => m.push(list(m.popToMark())),
  100: (m) => pushDict(m, m.popToMark()),
  145: (m) => m.push(objectOf('frozenset', m.popToMark())),
  // APPEND a · APPENDS e · ADDITEMS
  97: (m) => {
    const item = m.pop();
    append(m, [item]);
  },
  101: (m) => append(m, m.popToMark()),
  144: (m) => append(m, m.popToMark()),
  // SETITEM s · SETITEMS u
  115: (m) => {
    const value = m.pop();
    const key = m.pop();
    setItems(m, [key, value]);
  },
  117: (m) => setItems(m, m.popToMark()),
  // POP 0 · POP_MARK 1 · DUP 2
  48: (m) => m.discard(),
  49: (m) => {
    m.popToMark();
  },
  50: (m) => m.push(m.top()),
  // NONE N · NEWTRUE · NEWFALSE
  78: (m) => m.push(null),
  136: (m) => m.push(true),
  137: (m) => m.push(false),
  // INT I (`I01` is True) · LONG L · FLOAT F
  73: (m) => {
    const start = m.at;
    const value = m.decimal();
    const isFlag = m.at - start === 3 && (value === 0 || value === 1);
    m.push(isFlag ? value === 1 : value);
  },
  76: (m) => m.push(m.decimal()),
  70: (m) => {
    const text = m.line();
    m.push(
      /^[-+]?(\d|\.|inf|nan)/i.test(text)
        ? Number.parseFloat(text)
        : fault(t`a number that is none`),
    );
  },
  // BININT J · BININT1 K · BININT2 M · LONG1 · LONG4 · BINFLOAT G
  74: (m) => m.push(m.i32()),
  75: (m) => m.push(m.u8()),
  77: (m) => m.push(m.u16()),
  138: (m) => m.push(m.long(m.u8())),
  139: (m) => m.push(m.long(m.u32())),
  71: (m) => m.push(m.f64()),
  // STRING S · UNICODE V
  83: (m) => m.push(pythonString(m.line(MAX_TEXT_BYTES))),
  86: (m) =>
    m.push(
      m
        .line(MAX_TEXT_BYTES)
        .replace(/\\u([\da-fA-F]{4})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    ),
  // BINUNICODE X · SHORT_BINUNICODE · BINUNICODE8 · SHORT_BINSTRING U · BINSTRING T
  88: (m) => m.push(m.text(m.u32())),
  140: (m) => m.push(m.text(m.u8())),
  141: (m) => m.push(m.text(m.u64())),
  85: (m) => m.push(m.string(m.u8())),
  84: (m) => m.push(m.string(m.u32())),
  // SHORT_BINBYTES C · BINBYTES B · BINBYTES8 · BYTEARRAY8
  67: (m) => m.push({ kind: 'bytes', data: m.raw(m.u8()) }),
  66: (m) => m.push({ kind: 'bytes', data: m.raw(m.u32()) }),
  142: (m) => m.push({ kind: 'bytes', data: m.raw(m.u64()) }),
  150: (m) => m.push({ kind: 'bytes', data: m.raw(m.u64()) }),
  // PUT p · BINPUT q · LONG_BINPUT r · MEMOIZE · GET g · BINGET h · LONG_BINGET j
  112: (m) => m.remember(Number(m.line())),
  113: (m) => m.remember(m.u8()),
  114: (m) => m.remember(m.u32()),
  148: (m) => m.remember(),
  103: (m) => m.recall(Number(m.line())),
  104: (m) => m.recall(m.u8()),
  106: (m) => m.recall(m.u32()),
  // GLOBAL c · STACK_GLOBAL
  99: (m) => {
    const module = m.line();
    m.push(globalOf(module, m.line()));
  },
  147: (m) => {
    const name = m.pop();
    const module = m.pop();
    if (typeof module !== 'string' || typeof name !== 'string') fault(t`a name that is no text`);
    else m.push(globalOf(module, name));
  },
  // EXT1 · EXT2 · EXT4: names by number
  130: (m) => m.push(globalOf('extension', `${m.u8()}`)),
  131: (m) => m.push(globalOf('extension', `${m.u16()}`)),
  132: (m) => m.push(globalOf('extension', `${m.u32()}`)),
  // REDUCE R · NEWOBJ · NEWOBJ_EX · INST i · OBJ o · BUILD b
  82: (m) => {
    const args = m.pop();
    call(m, m.pop(), argumentsOf(args));
  },
  129: (m) => {
    const args = m.pop();
    call(m, m.pop(), argumentsOf(args));
  },
  146: (m) => {
    m.pop();
    const args = m.pop();
    call(m, m.pop(), argumentsOf(args));
  },
  105: (m) => {
    const module = m.line();
    const callee = globalOf(module, m.line());
    call(m, callee, m.popToMark());
  },
  111: (m) => {
    const [callee = null, ...args] = m.popToMark();
    call(m, callee, args);
  },
  98: (m) => {
    const state = m.pop();
    const value = m.top();
    // Attributes of a dict or tensor (`_metadata`) do not matter here.
    if (isKind(value, 'object')) value.state = state;
    else if (!isKind(value, 'dict') && !isKind(value, 'tensor')) {
      fault(t`attributes of ${describeValue(value)}, before byte ${m.at}`);
    }
  },
  // PERSID P · BINPERSID Q
  80: (m) => m.push(m.rules.persistent(m.line())),
  81: (m) => m.push(m.rules.persistent(m.pop())),
  // STOP .
  46: (m) => {
    m.result = { value: m.pop() };
  },
};

/**
 * The value of the pickle that starts at byte `start`, and the byte after its end.
 * @throws ContainerError naming the instruction at fault, or if the pickle breaks off.
 */
export function readPickle(
  bytes: Uint8Array,
  rules: PickleRules,
  start = 0,
): { value: PickleValue; end: number } {
  const machine = new PickleMachine(bytes, start, rules);
  for (let instructions = 0; ; instructions++) {
    if (instructions === MAX_INSTRUCTIONS) fault(t`more than ${instructions} instructions`);
    const at = machine.at;
    const code = machine.u8();
    const execute = OPCODES[code];
    if (execute === undefined) {
      fault(
        t`instruction 0x${code.toString(16).padStart(2, '0')} at byte ${at} is none of Python’s`,
      );
    } else execute(machine);
    if (machine.result !== null) return { value: machine.result.value, end: machine.at };
  }
}
