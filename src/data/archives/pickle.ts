/**
 * Reads a Python pickle as data, as far as CIFAR's batches need it: numbers, strings, lists, tuples, dictionaries. Nothing
 * in it is run: what would be a call becomes an `Opaque` that only says what was to be called.
 */

/** What Python would make by calling `name`, "module name", with `args`; `state` is what it would then be given. */
export class Opaque {
  state: unknown = null;
  constructor(
    readonly name: string,
    readonly args: unknown,
  ) {}
}

/** Keys as text. Byte strings are `Uint8Array`s; tuples and sets are arrays. */
export type PickleDict = Map<string, unknown>;

const MARK = Symbol('mark');
const MAX_STEPS = 20_000_000;
const latin1 = new TextDecoder('latin1');
const utf8 = new TextDecoder();

/** Text of a Python string of either kind. */
export const textOf = (value: unknown): string | null =>
  value instanceof Uint8Array ? latin1.decode(value) : typeof value === 'string' ? value : null;

/** @throws Error naming what is damaged or not read */
export function readPickle(bytes: Uint8Array): unknown {
  return new Machine(bytes).run();
}

class Machine {
  private at = 0;
  private readonly view: DataView;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): unknown {
    for (let step = 0; step < MAX_STEPS; step++) {
      const opcode = this.bytes[this.take(1)] ?? 0;
      if (opcode === 0x2e) return this.pop();
      const run = OPCODES.get(opcode);
      if (run === undefined) {
        throw new Error(`opcode 0x${opcode.toString(16)} at byte ${this.at - 1} is not read here`);
      }
      run(this);
    }
    throw new Error('the pickle is too long');
  }

  /** Passes over bytes. @returns where they begin */
  take(count: number): number {
    const start = this.at;
    if (!(count >= 0) || start + count > this.bytes.length)
      throw new Error('the pickle is cut short');
    this.at += count;
    return start;
  }

  u8 = (): number => this.view.getUint8(this.take(1));
  u16 = (): number => this.view.getUint16(this.take(2), true);
  u32 = (): number => this.view.getUint32(this.take(4), true);
  i32 = (): number => this.view.getInt32(this.take(4), true);
  u64 = (): number => Number(this.view.getBigUint64(this.take(8), true));
  f64 = (): number => this.view.getFloat64(this.take(8));

  slice(count: number): Uint8Array {
    const start = this.take(count);
    return this.bytes.subarray(start, start + count);
  }

  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw new Error('the pickle is cut short');
    const text = latin1.decode(this.slice(end - this.at));
    this.take(1);
    return text;
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) throw new Error('the pickle is damaged');
    return this.stack.pop();
  }

  peek(): unknown {
    return this.stack.at(-1);
  }

  mark(): void {
    this.stack.push(MARK);
  }

  /** What was pushed since the last mark. */
  popMark(): unknown[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw new Error('the pickle is damaged');
    const items = this.stack.splice(mark);
    items.shift();
    return items;
  }

  popTuple(count: number): void {
    const items = Array.from({ length: count }, () => this.pop());
    this.push(items.reverse());
  }

  keep(key: number): void {
    this.memo.set(key, this.peek());
  }

  keepNext(): void {
    this.keep(this.memo.size);
  }

  recall(key: number): void {
    if (!this.memo.has(key)) throw new Error('the pickle is damaged');
    this.push(this.memo.get(key));
  }

  appendAll(items: readonly unknown[]): void {
    const list = this.peek();
    if (!Array.isArray(list)) throw new Error('the pickle is damaged');
    for (const item of items) list.push(item);
  }

  setAll(items: readonly unknown[]): void {
    const dict = this.peek();
    // The attributes of an object that is not made.
    if (dict instanceof Opaque) return;
    if (!(dict instanceof Map)) throw new Error('the pickle is damaged');
    for (let i = 0; i + 1 < items.length; i += 2) dict.set(keyOf(items[i]), items[i + 1]);
  }

  call(): void {
    const args = this.pop();
    const callee = this.pop();
    const name = callee instanceof Opaque ? callee.name : '?';
    this.push(encoded(name, args) ?? new Opaque(name, args));
  }

  build(): void {
    const state = this.pop();
    const target = this.peek();
    if (target instanceof Opaque) target.state = state;
  }
}

const keyOf = (key: unknown): string => textOf(key) ?? String(key);

/** Python 3 writes bytes into old protocols as text and the call that encodes it. */
function encoded(name: string, args: unknown): Uint8Array | null {
  if (name !== '_codecs encode' || !Array.isArray(args) || typeof args[0] !== 'string') return null;
  return bytesOfText(args[0]);
}

const dictOf = (items: readonly unknown[]): PickleDict => {
  const dict: PickleDict = new Map();
  for (let i = 0; i + 1 < items.length; i += 2) dict.set(keyOf(items[i]), items[i + 1]);
  return dict;
};

/** Little-endian two's complement. */
function longOf(bytes: Uint8Array): number {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return Number(BigInt.asIntN(bytes.length * 8, value));
}

const MAX_LONG_BYTES = 64;
const global = (module: unknown, name: unknown): Opaque =>
  new Opaque(`${textOf(module) ?? '?'} ${textOf(name) ?? '?'}`, null);

const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const bytesOfText = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A byte string as Python 2's `repr` writes it. */
function unquoted(text: string): Uint8Array {
  const inner = text.replace(/^(['"])(.*)\1$/s, '$2');
  const plain = inner.replace(/\\(?:x([0-9a-f]{2})|(.))/gis, (_, hex?: string, other = '') =>
    hex === undefined
      ? (ESCAPED.get(other) ?? other)
      : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return bytesOfText(plain);
}

const numberOf = (text: string): number | boolean =>
  text === '01' ? true : text === '00' ? false : Number(text.replace(/L$/, ''));

/** https://docs.python.org/3/library/pickletools.html */
const OPCODES: ReadonlyMap<number, (machine: Machine) => void> = new Map([
  [0x80, (m) => void m.take(1)],
  [0x95, (m) => void m.take(8)],
  [0x28, (m) => m.mark()],
  [0x30, (m) => void m.pop()],
  [0x31, (m) => void m.popMark()],
  [0x32, (m) => m.push(m.peek())],
  [0x4e, (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  [0x49, (m) => m.push(numberOf(m.line()))],
  [0x4c, (m) => m.push(numberOf(m.line()))],
  [0x4a, (m) => m.push(m.i32())],
  [0x4b, (m) => m.push(m.u8())],
  [0x4d, (m) => m.push(m.u16())],
  [0x8a, (m) => m.push(longOf(m.slice(m.u8())))],
  [0x8b, (m) => m.push(longOf(m.slice(Math.min(MAX_LONG_BYTES, m.u32()))))],
  [0x46, (m) => m.push(Number(m.line()))],
  [0x47, (m) => m.push(m.f64())],
  [0x53, (m) => m.push(unquoted(m.line()))],
  [0x54, (m) => m.push(m.slice(m.u32()))],
  [0x55, (m) => m.push(m.slice(m.u8()))],
  [0x42, (m) => m.push(m.slice(m.u32()))],
  [0x43, (m) => m.push(m.slice(m.u8()))],
  [0x8e, (m) => m.push(m.slice(m.u64()))],
  [0x96, (m) => m.push(m.slice(m.u64()))],
  [0x56, (m) => m.push(m.line())],
  [0x58, (m) => m.push(utf8.decode(m.slice(m.u32())))],
  [0x8c, (m) => m.push(utf8.decode(m.slice(m.u8())))],
  [0x8d, (m) => m.push(utf8.decode(m.slice(m.u64())))],
  [0x7d, (m) => m.push(dictOf([]))],
  [0x64, (m) => m.push(dictOf(m.popMark()))],
  [
    0x73,
    (m) => {
      const value = m.pop();
      m.setAll([m.pop(), value]);
    },
  ],
  [0x75, (m) => m.setAll(m.popMark())],
  [0x5d, (m) => m.push([])],
  [0x6c, (m) => m.push(m.popMark())],
  [0x61, (m) => m.appendAll([m.pop()])],
  [0x65, (m) => m.appendAll(m.popMark())],
  [0x8f, (m) => m.push([])],
  [0x90, (m) => m.appendAll(m.popMark())],
  [0x91, (m) => m.push(m.popMark())],
  [0x29, (m) => m.push([])],
  [0x74, (m) => m.push(m.popMark())],
  [0x85, (m) => m.popTuple(1)],
  [0x86, (m) => m.popTuple(2)],
  [0x87, (m) => m.popTuple(3)],
  [0x63, (m) => m.push(global(m.line(), m.line()))],
  [
    0x93,
    (m) => {
      const name = m.pop();
      m.push(global(m.pop(), name));
    },
  ],
  [0x52, (m) => m.call()],
  [0x81, (m) => m.call()],
  [0x62, (m) => m.build()],
  [0x70, (m) => m.keep(Number(m.line()))],
  [0x71, (m) => m.keep(m.u8())],
  [0x72, (m) => m.keep(m.u32())],
  [0x94, (m) => m.keepNext()],
  [0x67, (m) => m.recall(Number(m.line()))],
  [0x68, (m) => m.recall(m.u8())],
  [0x6a, (m) => m.recall(m.u32())],
]);
