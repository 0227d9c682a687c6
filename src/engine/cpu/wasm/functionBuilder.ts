/** One function under construction: its parameters and locals, and its statements in order. */
import { unsigned, vector } from './encoding.ts';
import {
  type Address,
  i32,
  type Lane,
  TYPE_BYTE,
  type Value,
  type ValueType,
  type Vector,
} from './instructions.ts';

const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const GLOBAL_GET = 0x23;
const EMPTY_BLOCK = 0x40;
const END = 0x0b;

/** A variable; as a value it is what it holds when the code runs. */
export interface Local<T extends ValueType> extends Value<T> {
  readonly index: number;
}

export class FunctionBuilder {
  readonly #types: ValueType[] = [];
  readonly #parameterCount: number;
  readonly #body: number[] = [];

  /** @param parameters how many i32 it takes; it returns nothing. */
  constructor(parameters: number) {
    this.#parameterCount = parameters;
    for (let i = 0; i < parameters; i++) this.#types.push('i32');
  }

  parameter(index: number): Local<'i32'> {
    if (index >= this.#parameterCount) throw new RangeError(`there is no parameter ${index}`);
    return local('i32', index);
  }

  /** The address of the thread's own memory. */
  scratch(): Value<'i32'> {
    return { type: 'i32', code: [GLOBAL_GET, 0] };
  }

  /** A new variable; it holds 0 until it is set. */
  local<T extends ValueType>(type: T): Local<T> {
    this.#types.push(type);
    return local(type, this.#types.length - 1);
  }

  /** A new variable that holds `initial`. */
  let<T extends ValueType>(initial: Value<T>): Local<T> {
    const variable = this.local(initial.type);
    this.set(variable, initial);
    return variable;
  }

  set<T extends ValueType>(variable: Local<T>, to: Value<T>): void {
    this.#body.push(...to.code, LOCAL_SET, ...unsigned(variable.index));
  }

  /** variable += bytes */
  advance(variable: Local<'i32'>, bytes: number): void {
    if (bytes !== 0) this.set(variable, i32.add(variable, i32.const(bytes)));
  }

  store(address: Address, vectorValue: Vector, offset = 0): void {
    this.#store([0xfd, ...unsigned(0x0b), 4], address, vectorValue, offset);
  }

  /** Stores one lane of a vector. */
  storeLane(address: Address, vectorValue: Vector, lane: Lane, offset = 0): void {
    this.#store([0xfd, ...unsigned(0x5a), 2], address, vectorValue, offset, [lane]);
  }

  storeFloat(address: Address, float: Value<'f32'>, offset = 0): void {
    this.#store([0x38, 2], address, float, offset);
  }

  storeDouble(address: Address, double: Value<'f64'>, offset = 0): void {
    this.#store([0x39, 3], address, double, offset);
  }

  storeInt(address: Address, int: Value<'i32'>, offset = 0): void {
    this.#store([0x36, 2], address, int, offset);
  }

  #store(
    opcode: readonly number[],
    address: Address,
    stored: Value<ValueType>,
    offset: number,
    immediates: readonly number[] = [],
  ): void {
    if (offset < 0) throw new RangeError(`memory offset ${offset} is negative`);
    const code = [...opcode, ...unsigned(offset), ...immediates];
    this.#body.push(...address.code, ...stored.code, ...code);
  }

  /** Runs `body` `count` times, with a counter from 0 that it may read; once is no loop. */
  times(count: number, body: (counter: Local<'i32'>) => void): void {
    if (count <= 0) return;
    const counter = this.let(i32.const(0));
    if (count === 1) body(counter);
    else this.#doWhile(counter, 1, i32.const(count), () => body(counter));
  }

  /** For `variable` = its value now, and `step` more each time, while it is less than `end`; at least once. */
  until(variable: Local<'i32'>, end: Value<'i32'>, step: number, body: () => void): void {
    this.#doWhile(variable, step, end, body);
  }

  /** For counter = `from` … `to` - 1; not at all where there are none. */
  range(from: Value<'i32'>, to: Value<'i32'>, body: (counter: Local<'i32'>) => void): void {
    const counter = this.let(from);
    this.if(i32.less(counter, to), () => this.#doWhile(counter, 1, to, () => body(counter)));
  }

  #doWhile(counter: Local<'i32'>, step: number, end: Value<'i32'>, body: () => void): void {
    this.#body.push(0x03, EMPTY_BLOCK);
    body();
    this.advance(counter, step);
    this.#body.push(...i32.less(counter, end).code, 0x0d, 0, END);
  }

  if(condition: Value<'i32'>, then: () => void, otherwise?: () => void): void {
    this.#body.push(...condition.code, 0x04, EMPTY_BLOCK);
    then();
    if (otherwise !== undefined) {
      this.#body.push(0x05);
      otherwise();
    }
    this.#body.push(END);
  }

  /** The function's entry in the code section. */
  encode(): number[] {
    const locals = this.#types.slice(this.#parameterCount).map((type) => [1, TYPE_BYTE[type]]);
    const code = [...vector(locals), ...this.#body, END];
    return [...unsigned(code.length), ...code];
  }
}

function local<T extends ValueType>(type: T, index: number): Local<T> {
  return { type, index, code: [LOCAL_GET, ...unsigned(index)] };
}
