/**
 * WebAssembly's instructions as typed expressions: `f32x4.add(a, f32x4.mul(b, c))` is the code that leaves the sum on the
 * stack. An expression that occurs twice is computed twice; `FunctionBuilder.let` keeps a value in a local.
 */
import { float32, float64, signed, unsigned } from './encoding.ts';

export type ValueType = 'i32' | 'f32' | 'f64' | 'v128';

/** Code that leaves one value of type `T` on the stack. */
export interface Value<T extends ValueType> {
  readonly type: T;
  readonly code: readonly number[];
}

/** Four single-precision numbers. */
export type Vector = Value<'v128'>;
export type Address = Value<'i32'>;

export const TYPE_BYTE: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

const SIMD = 0xfd;

function value<T extends ValueType>(
  type: T,
  opcode: readonly number[],
  ...operands: readonly Value<ValueType>[]
): Value<T> {
  return { type, code: [...operands.flatMap(({ code }) => code), ...opcode] };
}

const unary =
  <A extends ValueType, R extends ValueType>(type: R, ...opcode: number[]) =>
  (a: Value<A>): Value<R> =>
    value(type, opcode, a);

const binary =
  <A extends ValueType, R extends ValueType>(type: R, ...opcode: number[]) =>
  (a: Value<A>, b: Value<A>): Value<R> =>
    value(type, opcode, a, b);

const simd = (opcode: number): number[] => [SIMD, ...unsigned(opcode)];
const simdBinary = (opcode: number) => binary<'v128', 'v128'>('v128', ...simd(opcode));
const simdUnary = (opcode: number) => unary<'v128', 'v128'>('v128', ...simd(opcode));

/** Alignment (log₂, a hint), then the offset added to the address. */
const memory = (alignment: number, offset: number): number[] => {
  if (offset < 0) throw new RangeError(`memory offset ${offset} is negative`);
  return [alignment, ...unsigned(offset)];
};

const loadOf =
  <T extends ValueType>(type: T, opcode: readonly number[], alignment: number) =>
  (address: Address, offset = 0): Value<T> =>
    value(type, [...opcode, ...memory(alignment, offset)], address);

export const i32 = {
  const: (n: number): Value<'i32'> => value('i32', [0x41, ...signed(n)]),
  load: loadOf('i32', [0x28], 2),
  /** One byte, 0–255. */
  load8: loadOf('i32', [0x2d], 0),
  add: binary<'i32', 'i32'>('i32', 0x6a),
  sub: binary<'i32', 'i32'>('i32', 0x6b),
  mul: binary<'i32', 'i32'>('i32', 0x6c),
  /** Unsigned. */
  div: binary<'i32', 'i32'>('i32', 0x6e),
  /** Unsigned. */
  rem: binary<'i32', 'i32'>('i32', 0x70),
  and: binary<'i32', 'i32'>('i32', 0x71),
  or: binary<'i32', 'i32'>('i32', 0x72),
  xor: binary<'i32', 'i32'>('i32', 0x73),
  shiftLeft: binary<'i32', 'i32'>('i32', 0x74),
  /** Unsigned. */
  shiftRight: binary<'i32', 'i32'>('i32', 0x76),
  equal: binary<'i32', 'i32'>('i32', 0x46),
  isZero: unary<'i32', 'i32'>('i32', 0x45),
  /** Signed. */
  less: binary<'i32', 'i32'>('i32', 0x48),
  lessUnsigned: binary<'i32', 'i32'>('i32', 0x49),
  select: (condition: Value<'i32'>, a: Value<'i32'>, b: Value<'i32'>): Value<'i32'> =>
    value('i32', [0x1b], a, b, condition),
  /** The smaller of two non-negative numbers. */
  min: (a: Value<'i32'>, b: Value<'i32'>): Value<'i32'> => i32.select(i32.less(a, b), a, b),
  max: (a: Value<'i32'>, b: Value<'i32'>): Value<'i32'> => i32.select(i32.less(a, b), b, a),
};

export const f32 = {
  const: (n: number): Value<'f32'> => value('f32', [0x43, ...float32(n)]),
  load: loadOf('f32', [0x2a], 2),
  sqrt: unary<'f32', 'f32'>('f32', 0x91),
  add: binary<'f32', 'f32'>('f32', 0x92),
  sub: binary<'f32', 'f32'>('f32', 0x93),
  mul: binary<'f32', 'f32'>('f32', 0x94),
  div: binary<'f32', 'f32'>('f32', 0x95),
  fromDouble: unary<'f64', 'f32'>('f32', 0xb6),
};

export const f64 = {
  const: (n: number): Value<'f64'> => value('f64', [0x44, ...float64(n)]),
  add: binary<'f64', 'f64'>('f64', 0xa0),
  sub: binary<'f64', 'f64'>('f64', 0xa1),
  mul: binary<'f64', 'f64'>('f64', 0xa2),
  div: binary<'f64', 'f64'>('f64', 0xa3),
  sqrt: unary<'f64', 'f64'>('f64', 0x9f),
  fromSingle: unary<'f32', 'f64'>('f64', 0xbb),
};

export const v128 = {
  load: loadOf('v128', simd(0x00), 4),
  /** One number from memory, four times. */
  loadSplat: loadOf('v128', simd(0x09), 2),
  const: (lanes: readonly [number, number, number, number]): Vector =>
    value('v128', [...simd(0x0c), ...lanes.flatMap((lane) => [...unsignedBytes(lane)])]),
  and: simdBinary(0x4e),
  /** `a` where `mask` is not set, else 0. */
  andNot: (a: Vector, mask: Vector): Vector => value('v128', simd(0x4f), a, mask),
  or: simdBinary(0x50),
  xor: simdBinary(0x51),
  /** Bits of `a` where `mask` is set, else of `b`. */
  select: (mask: Vector, a: Vector, b: Vector): Vector => value('v128', simd(0x52), a, b, mask),
};

/** All ones and zeros of a mask, lane by lane. */
export const laneMask = (lanes: readonly [boolean, boolean, boolean, boolean]): Vector =>
  v128.const(lanes.map((on) => (on ? 0xffff_ffff : 0)) as [number, number, number, number]);

const unsignedBytes = (word: number): Uint8Array => new Uint8Array(Uint32Array.of(word).buffer);

export const LANES = [0, 1, 2, 3] as const;
export type Lane = (typeof LANES)[number];

export const f32x4 = {
  splat: unary<'f32', 'v128'>('v128', ...simd(0x13)),
  lane: (a: Vector, lane: Lane): Value<'f32'> => value('f32', [...simd(0x1f), lane], a),
  equal: simdBinary(0x41),
  notEqual: simdBinary(0x42),
  less: simdBinary(0x43),
  greater: simdBinary(0x44),
  lessOrEqual: simdBinary(0x45),
  /** To the nearest integer, halves to the even one. */
  nearest: simdUnary(0x6a),
  sqrt: simdUnary(0xe3),
  add: simdBinary(0xe4),
  sub: simdBinary(0xe5),
  mul: simdBinary(0xe6),
  div: simdBinary(0xe7),
  min: simdBinary(0xe8),
  max: simdBinary(0xe9),
  /** Lanes 0–3 are those of `a`, 4–7 those of `b`. */
  shuffle: (a: Vector, b: Vector, lanes: readonly [number, number, number, number]): Vector => {
    const bytes = lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));
    return value('v128', [...simd(0x0d), ...bytes], a, b);
  },
  /** a · b + c, rounded once or twice as the processor likes. */
  relaxedMulAdd: (a: Vector, b: Vector, c: Vector): Vector => value('v128', simd(0x105), a, b, c),
  const: (n: number): Vector => f32x4.splat(f32.const(n)),
  zero: (): Vector => v128.const([0, 0, 0, 0]),
};

export const i32x4 = {
  splat: unary<'i32', 'v128'>('v128', ...simd(0x11)),
  equal: simdBinary(0x37),
  add: simdBinary(0xae),
  sub: simdBinary(0xb1),
  mul: simdBinary(0xb5),
  /** Unsigned. */
  lessUnsigned: simdBinary(0x3a),
  shiftLeft: (a: Vector, bits: number): Vector => value('v128', simd(0xab), a, i32.const(bits)),
  /** Unsigned. */
  shiftRight: (a: Vector, bits: number): Vector => value('v128', simd(0xad), a, i32.const(bits)),
  /** Each lane to the nearest integer towards zero. */
  truncate: simdUnary(0xf8),
};
