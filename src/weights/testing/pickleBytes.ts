/** Pickles for tests, assembled instruction by instruction (Python's `pickletools`). */
import { type ZipContent, zipOf } from '../../containers/testing/zipBytes.ts';

export type Code = readonly number[];

const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];
const u32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);

export const PROTO: Code = [0x80, 2];
export const MARK: Code = ascii('(');
export const TUPLE: Code = ascii('t');
export const NO_ARGS: Code = ascii(')');
export const DICT: Code = ascii('}');
export const LIST: Code = ascii(']');
export const SETITEMS: Code = ascii('u');
export const REDUCE: Code = ascii('R');
export const BUILD: Code = ascii('b');
export const PERSID: Code = ascii('Q');
export const NONE: Code = ascii('N');
export const STOP: Code = ascii('.');
export const global = (module: string, name: string): Code => ascii(`c${module}\n${name}\n`);
export const text = (value: string): Code => {
  const bytes = ascii(value);
  return [...ascii('X'), ...u32(bytes.length), ...bytes];
};
/** BININT, or LONG1 for more than 32 bits. */
export const int = (value: number): Code =>
  Math.abs(value) < 2 ** 31
    ? [...ascii('J'), ...u32(value)]
    : [0x8a, 8, ...new Uint8Array(BigInt64Array.of(BigInt(value)).buffer)];
export const tuple = (...items: readonly Code[]): Code => [...MARK, ...items.flat(), ...TUPLE];

export const ORDERED_DICT: Code = [...global('collections', 'OrderedDict'), ...NO_ARGS, ...REDUCE];

export interface TensorCode {
  shape?: readonly number[];
  strides?: readonly number[];
  offset?: number;
  key?: string;
  storage?: string;
  elements?: number;
}

/** By default a [2, 2] tensor of storage 0, which holds 4 numbers. */
export function tensor({
  shape = [2, 2],
  strides = [2, 1],
  offset = 0,
  key = '0',
  storage = 'FloatStorage',
  elements = 4,
}: TensorCode = {}): Code {
  const id = tuple(
    text('storage'),
    global('torch', storage),
    text(key),
    text('cpu'),
    int(elements),
  );
  return [
    ...global('torch._utils', '_rebuild_tensor_v2'),
    ...tuple(
      [...id, ...PERSID],
      int(offset),
      tuple(...shape.map(int)),
      tuple(...strides.map(int)),
      [0x89],
      ORDERED_DICT,
    ),
    ...REDUCE,
  ];
}

/** A pickled dict. */
export const dict = (...items: readonly (readonly [key: Code, value: Code])[]): Code => [
  ...DICT,
  ...MARK,
  ...items.flat(2),
  ...SETITEMS,
];

export const pickled = (value: Code): Uint8Array => Uint8Array.from([...PROTO, ...value, ...STOP]);

/** Of storage 0. */
export const NUMBERS = Float32Array.of(1, 2, 3, 4);

/** A `.pth` file of this pickle, with storage 0 of four numbers. */
export function pth(pickle: Uint8Array, beside: ZipContent = {}): Uint8Array {
  const four = new Uint8Array(NUMBERS.buffer);
  return zipOf({ 'a/data.pkl': pickle, 'a/data/0': four, 'a/version': '3\n', ...beside });
}

/** A `.pth` file of a value, whose pickle this is. */
export const pthHolding = (code: Code): Uint8Array => pth(pickled(code));

/** A `.pth` file of one tensor called `w`. */
export const pthOf = (code: TensorCode): Uint8Array =>
  pth(pickled(dict([text('w'), tensor(code)])));
