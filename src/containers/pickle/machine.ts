/** The stack machine that a pickle is a program for. Every read checks that the file goes that far. */
import { faultOf } from '../containerError.ts';
import { latin1 } from '../latin1.ts';
import { objectOf, type PickleValue } from './value.ts';
import { t } from '../../text/t.ts';

/** What a pickle's names and calls are read as. Both throw for what is damaged. */
export interface PickleRules {
  /** A call of the global called `callee`, `torch._utils._rebuild_tensor_v2`. */
  call(callee: string, args: readonly PickleValue[]): PickleValue;
  /** An object that the pickle leaves to its reader to find: PyTorch's storages. */
  persistent(id: PickleValue): PickleValue;
}

export const fault = faultOf('pickle');

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Of whole numbers; longer ones are not worked out. */
const MAX_LONG_BYTES = 64;
/** Of names and numbers in protocol 0. */
const MAX_LINE_BYTES = 2 ** 16;
/** Of a line that may be an array's bytes. */
export const MAX_TEXT_BYTES = 2 ** 28;

export const MARK = Symbol('mark');
type StackItem = PickleValue | typeof MARK;
/** Dicts, lists, tuples and the like, of 200 bytes and more each. A tensor with Adam’s state takes about 40. */
const MAX_OBJECTS = 600_000;

export class PickleMachine {
  at: number;
  result: { readonly value: PickleValue } | null = null;
  private readonly view: DataView;
  private readonly stack: StackItem[] = [];
  private objects = 0;
  private readonly memo = new Map<number, PickleValue>();

  constructor(
    private readonly bytes: Uint8Array,
    start: number,
    readonly rules: PickleRules,
  ) {
    this.at = start;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Moves past the next `length` bytes. @returns where they start */
  take(length: number): number {
    const start = this.at;
    if (length > this.bytes.length - start) fault(t`it is cut off at byte ${this.bytes.length}`);
    this.at += length;
    return start;
  }

  u8 = (): number => this.view.getUint8(this.take(1));
  u16 = (): number => this.view.getUint16(this.take(2), true);
  u32 = (): number => this.view.getUint32(this.take(4), true);
  i32 = (): number => this.view.getInt32(this.take(4), true);
  f64 = (): number => this.view.getFloat64(this.take(8), false);

  /** A length of 8 bytes. */
  u64(): number {
    const value = Number(this.view.getBigUint64(this.take(8), true));
    return Number.isSafeInteger(value)
      ? value
      : fault(t`it is cut off at byte ${this.bytes.length}`);
  }

  /** A view of the file. */
  raw(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  text(length: number): string {
    const start = this.at;
    const bytes = this.raw(length);
    try {
      return UTF8.decode(bytes);
    } catch {
      return fault(t`the text at byte ${start} is no UTF-8`);
    }
  }

  /** A string of Python 2, which is text or bytes. */
  string(length: number): PickleValue {
    const data = this.raw(length);
    return data.every((byte) => byte < 128) ? latin1(data) : { kind: 'bytes', data };
  }

  line(longest = MAX_LINE_BYTES): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) fault(t`it is cut off at byte ${this.bytes.length}`);
    if (end - this.at > longest) fault(t`a line of ${end - this.at} bytes`);
    const text = latin1(this.raw(end - this.at));
    this.at++;
    return text;
  }

  /** Two's complement, little-endian. */
  long(length: number): PickleValue {
    if (length > MAX_LONG_BYTES) {
      this.take(length);
      return objectOf('int', [], t`a long number`);
    }
    const start = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--)
      value = (value << 8n) | BigInt(this.bytes[start + i] ?? 0);
    return plain(BigInt.asIntN(8 * length, value));
  }

  /** A whole number in decimal digits, with or without Python 2's `L`. */
  decimal(): PickleValue {
    const text = this.line().replace(/L$/, '');
    if (!/^[+-]?\d+$/.test(text)) fault(t`${JSON.stringify(text.slice(0, 40))} as a whole number`);
    return text.length > 2 * MAX_LONG_BYTES
      ? objectOf('int', [], t`a long number`)
      : plain(BigInt(text));
  }

  push(value: StackItem): void {
    if (typeof value === 'object' && value !== null && ++this.objects > MAX_OBJECTS) {
      fault(t`more than ${MAX_OBJECTS} objects`);
    }
    this.stack.push(value);
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined || value === MARK)
      return fault(t`nothing to take before byte ${this.at}`);
    return value;
  }

  /** Removes the value on top, or the mark. */
  discard(): void {
    if (this.stack.pop() === undefined) fault(t`nothing to take before byte ${this.at}`);
  }

  top(): PickleValue {
    const value = this.pop();
    this.stack.push(value);
    return value;
  }

  /** Everything above the last mark, which is removed too. */
  popToMark(): PickleValue[] {
    const from = this.stack.lastIndexOf(MARK);
    if (from < 0) fault(t`no mark before byte ${this.at}`);
    const items = this.stack.splice(from).slice(1);
    return items.filter((item) => item !== MARK);
  }

  remember(index = this.memo.size): void {
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) fault(t`value ${index} is used before it is made`);
    else this.push(value);
  }
}

const plain = (value: bigint): number | bigint =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value;
