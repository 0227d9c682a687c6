/** The stack machine that a pickle is a program for. Every read checks that the file goes that far. */
import { WeightsError } from '../weightsError.ts';
import type { PickleValue } from './pickleValue.ts';

/** What a pickle may refer to and call. All three throw WeightsError for anything not allowed. */
export interface PickleRules {
  /** @param name `torch._utils._rebuild_tensor_v2` */
  global(name: string): PickleValue;
  /** A call of a global. */
  call(callee: PickleValue, args: readonly PickleValue[]): PickleValue;
  /** An object that the pickle leaves to its reader to find: PyTorch's storages. */
  persistent(id: PickleValue): PickleValue;
}

export const fault = (message: string): never => {
  throw new WeightsError(`pickle: ${message}`);
};

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const MARK = Symbol('mark');
type StackItem = PickleValue | typeof MARK;

export class PickleMachine {
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

  /** Moves past the next `length` bytes. @returns where they start */
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

  /** Everything above the last mark, which is removed too. */
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
