import { describe, expect, it } from 'vitest';
import { fixture } from '../testing/fixtures.ts';
import {
  BUILD,
  type Code,
  DICT,
  dict,
  global,
  int,
  LIST,
  MARK,
  NO_ARGS,
  NONE,
  ORDERED_DICT,
  PERSID,
  PROTO,
  pickled,
  pth,
  pthOf,
  REDUCE,
  SETITEMS,
  STOP,
  type TensorCode,
  TUPLE,
  tensor,
  text,
  tuple,
} from '../testing/pickleBytes.ts';
import { patched, zipOf } from '../../containers/testing/zipBytes.ts';
import { WeightsError } from '../weightsError.ts';
import { readWeights } from './readWeights.ts';

const w = (value: Code) => pth(pickled(dict([text('w'), value])));
const only = (...codes: readonly Code[]) => pth(pickled(codes.flat()));
const call = (module: string, name: string, ...args: readonly Code[]): Code => [
  ...global(module, name),
  ...tuple(...args),
  ...REDUCE,
];
const storage = (...items: readonly Code[]) => w([...tuple(...items), ...PERSID]);
const FLOATS = global('torch', 'FloatStorage');
const OK = pthOf({});
const legacy = fixture('before_1_6.th');

/** Byte of a legacy file at which `text` stands. */
function find(bytes: Uint8Array, wanted: string): number {
  return Buffer.from(bytes).indexOf(wanted);
}

describe('PyTorch files', () => {
  it.each<[string, TensorCode, number[]]>([
    ['packed', {}, [1, 2, 3, 4]],
    ['transposed', { strides: [1, 2] }, [1, 3, 2, 4]],
    ['a column', { shape: [2, 1], strides: [2, 1], offset: 1 }, [2, 4]],
    ['a number', { shape: [], strides: [], offset: 3 }, [4]],
    ['nothing', { shape: [0, 9], strides: [9, 1] }, []],
    ['strides of dimensions of one', { shape: [1, 4], strides: [77, 1] }, [1, 2, 3, 4]],
  ])('reads a tensor that is %s', (_, code, data) => {
    const read = readWeights(pthOf(code)).groups[0].tensors.get('w');
    expect(read).toEqual({
      dtype: 'F32',
      shape: code.shape ?? [2, 2],
      data: Float32Array.from(data),
    });
  });

  it('finds weights that are nested twice, and tells what it leaves', () => {
    const inner = dict([text('w'), tensor()], [text('epoch'), int(3)]);
    const [{ tensors, remarks }] = readWeights(
      only(dict([text('net'), dict([text('state_dict'), inner])])),
    ).groups;
    expect([...tensors.keys()]).toEqual(['w']);
    expect(remarks).toEqual([
      'The weights are the file’s “net.state_dict”.',
      'Not read, besides the tensors: epoch.',
    ]);
  });

  it('reads what the file says of itself', () => {
    const { metadata } = readWeights(
      pth(pickled(dict([text('w'), tensor()])), { 'a/metadata.json': '{"step":"7"}' }),
    );
    expect(metadata.get('step')).toBe('7');
  });

  it('reads big-endian numbers', () => {
    const file = pth(pickled(dict([text('w'), tensor()])), {
      'a/byteorder': 'big',
      'a/data/0': Uint8Array.of(0x3f, 0x80, 0, 0, 0x40, 0, 0, 0, 0x40, 0x40, 0, 0, 0, 0, 0, 0),
    });
    expect(readWeights(file).groups[0].tensors.get('w')?.data).toEqual(Float32Array.of(1, 2, 3, 0));
  });

  const selfish: Code = [...DICT, 0x71, 0, ...text('state_dict'), 0x68, 0, 0x73];
  it.each([
    [
      'os.system',
      w(call('os', 'system', text('id'))),
      /no tensors, only w \(os\.system; none of its code was run\)/,
    ],
    ['eval', w(call('builtins', 'eval', text('1'))), /only w \(builtins\.eval; none of its code/],
    [
      'a name of JavaScript’s objects',
      w(call('constructor', 'constructor')),
      /constructor\.constructor/,
    ],
    ['__proto__', w([...global('torch', '__proto__')]), /torch\.__proto__/],
    ['NumPy’s numbers', w(call('numpy.core.multiarray', 'scalar')), /multiarray\.scalar/],
    ['an argparse.Namespace', w(global('argparse', 'Namespace')), /argparse\.Namespace/],
    ['a quantised tensor alone', w(call('torch._utils', '_rebuild_qtensor')), /_rebuild_qtensor/],
    [
      'os.system by INST',
      only(MARK, [0x69, ...new TextEncoder().encode('os\nsystem\n')]),
      /only os\.system/,
    ],
    ['OBJ without a class', only(MARK, [0x6f]), /a call of None/],
    ['NEWOBJ of a tuple', only(NO_ARGS, NO_ARGS, [0x81]), /a call of a tuple/],
    ['the registry of extensions', only([0x82, 1]), /holds extension\.1/],
    ['an instruction that there is not', only([0xff]), /instruction 0xff at byte 2/],
    ['protocol 6', pth(Uint8Array.from([0x80, 6, ...NONE, ...STOP])), /protocol 6/],
    [
      'a pickle cut off',
      pth(Uint8Array.from([...PROTO, ...text('long').slice(0, 7)])),
      /cut off at byte 9/,
    ],
    ['a pickle without end', pth(Uint8Array.from([...PROTO, ...NONE])), /cut off/],
    ['a global without end', pth(Uint8Array.from([...PROTO, 0x63, 0x6f, 0x73])), /cut off/],
    ['an empty pickle', pth(new Uint8Array()), /cut off at byte 0/],
    [
      'bytes behind the pickle',
      pth(Uint8Array.from([...pickled(dict([text('w'), tensor()])), 0])),
      /continues after its end/,
    ],
    ['an empty stack', only(), /nothing to take/],
    ['a tuple without a mark', only(TUPLE), /no mark/],
    ['a mark as a value', only(MARK), /nothing to take/],
    ['a memo never made', only([0x68, 9]), /value 9 is used before it is made/],
    [
      'a call without arguments',
      only(global('collections', 'OrderedDict'), NONE, REDUCE),
      /call without arguments/,
    ],
    ['a call of a number', only(int(1), NO_ARGS, REDUCE), /a call of a number/],
    ['a call of a storage class', only(FLOATS, NO_ARGS, REDUCE), /only torch\.FloatStorage/],
    [
      'a parameter of nothing',
      w(call('torch._utils', '_rebuild_parameter', NONE)),
      /no tensors, only w/,
    ],
    ['attributes on a list', only(LIST, DICT, BUILD), /attributes of a list/],
    ['items for a tuple', only(NO_ARGS, MARK, SETITEMS), /a tuple where a dict should be/],
    [
      'items for a dict as if it were a list',
      only(DICT, NONE, [0x61]),
      /a dict where a list should be/,
    ],
    ['a key without a value', only(DICT, MARK, NONE, SETITEMS), /key without a value/],
    [
      'a key twice',
      only(dict([text('w'), tensor()], [text('w'), tensor()])),
      /"w" is in a dict twice/,
    ],
    ['a list as a key', only(dict([LIST, NONE])), /no tensors$/],
    ['a text that is no UTF-8', only([0x8c, 1, 0xff]), /no UTF-8/],
    [
      'a whole number of 200 bytes',
      only([0x8a, 200, ...new Uint8Array(200)]),
      /only a long number/,
    ],
    ['a number alone', only(int(5)), /holds a number, not a dict/],
    ['a tensor alone', only(tensor()), /holds a tensor, not a dict/],
    ['no tensors', only(dict([text('epoch'), int(3)])), /no tensors, only epoch/],
    ['an empty dict', only(ORDERED_DICT), /no tensors$/],
    ['a dict within itself', only(selfish), /no tensors, only state_dict/],
    ['a storage without a description', w([...NONE, ...PERSID]), /not described as PyTorch does/],
    [
      'a storage of another kind',
      storage(text('module'), FLOATS, text('0'), text('cpu'), int(4)),
      /only w \(torch\.FloatStorage/,
    ],
    [
      'a storage of a negative size',
      storage(text('storage'), FLOATS, text('0'), text('cpu'), int(-4)),
      /not described as PyTorch does/,
    ],
    [
      'a storage of complex numbers',
      w(tensor({ storage: 'ComplexFloatStorage' })),
      /a tensor of torch\.ComplexFloatStorage/,
    ],
    ['a storage past all numbers', pthOf({ elements: 2 ** 52 }), /claims 4503599627370496 numbers/],
    [
      'a view of a storage',
      storage(text('storage'), FLOATS, text('0'), text('cpu'), int(4), tuple()),
      /a part of storage 0 that lies outside it/,
    ],
    ['a storage that is not there', pthOf({ key: '1' }), /no entry "a\/data\/1"/],
    [
      'a storage outside the folder',
      pthOf({ key: '../../etc/passwd' }),
      /no entry "a\/data\/\.\.\/\.\.\/etc\/passwd"/,
    ],
    [
      'a storage of another size',
      pthOf({ elements: 5 }),
      /holds 16 bytes, and 5 numbers of type F32 take 20/,
    ],
    [
      'a storage of another type',
      pthOf({ storage: 'HalfStorage' }),
      /4 numbers of type F16 take 8/,
    ],
    [
      'a tensor without a storage',
      w(call('torch._utils', '_rebuild_tensor_v2', NONE)),
      /without a storage/,
    ],
    [
      'more numbers than the storage',
      pthOf({ shape: [5], strides: [1] }),
      /more numbers than the storage’s 4/,
    ],
    [
      'numbers repeated by a stride of 0',
      pthOf({ shape: [2 ** 30], strides: [0] }),
      /more numbers than/,
    ],
    [
      'a tensor past its storage',
      pthOf({ shape: [4], strides: [1], offset: 1 }),
      /goes past its 4 numbers/,
    ],
    ['strides past its storage', pthOf({ shape: [2], strides: [4] }), /strides \[4\] goes past/],
    [
      'strides past all numbers',
      pthOf({ shape: [2, 2], strides: [2 ** 52, 2 ** 52] }),
      /goes past/,
    ],
    ['a negative stride', pthOf({ strides: [-2, 1] }), /no shape, offset or strides/],
    ['a negative offset', pthOf({ offset: -1 }), /no shape, offset or strides/],
    ['a negative size', pthOf({ shape: [-2, -2] }), /no shape, offset or strides/],
    [
      'a product that overflows',
      pthOf({ shape: [2 ** 30, 2 ** 30], strides: [1, 1] }),
      /more numbers than/,
    ],
    ['more strides than sizes', pthOf({ strides: [4, 2, 1] }), /no shape, offset or strides/],
    [
      '33 dimensions',
      pthOf({ shape: Array(33).fill(1), strides: Array(33).fill(1) }),
      /no shape, offset or strides/,
    ],
    [
      'a TorchScript program',
      pth(pickled(NO_ARGS), { 'a/constants.pkl': '' }),
      /TorchScript program/,
    ],
    [
      'metadata that are no JSON',
      pth(pickled(dict([text('w'), tensor()])), { 'a/metadata.json': '{' }),
      /metadata\.json is not an object/,
    ],
    [
      'metadata that are no strings',
      pth(pickled(dict([text('w'), tensor()])), { 'a/metadata.json': '{"a":1}' }),
      /metadata\.json is not an object/,
    ],
    ['a file of before 1.6, cut off', legacy.slice(0, -1), /cut off within storage/],
    ['one that goes on', Uint8Array.from([...legacy, 0]), /more data after the last storage/],
    [
      'one of another version',
      patched(legacy, [find(legacy, '\u0002M') + 2, 9, 1]),
      /version of PyTorch’s format is not known|cut off/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readWeights(bytes)).toThrow(WeightsError);
    expect(() => readWeights(bytes)).toThrow(message);
  });

  it('refuses many tensors of one storage that would take much more than it', () => {
    const elements = 2 ** 18;
    const value = tensor({ shape: [elements], strides: [1], elements });
    const items = Array.from({ length: 1025 }, (_, i) => [text(`w${i}`), value] as const);
    const file = pth(pickled(dict(...items)), { 'a/data/0': new Uint8Array(4 * elements) });
    expect(() => readWeights(file)).toThrow('the tensors take 1025 MiB (96 MiB at most)');
  });

  it('refuses a pickle of too many instructions or objects, and one of too many bytes', () => {
    const endless = (code: number) => {
      const pickle = new Uint8Array(2_000_100).fill(code).fill(0x80, 0, 1).fill(2, 1, 2);
      return () => readWeights(zipOf({ 'a/data.pkl': pickle }, 9));
    };
    expect(endless('N'.charCodeAt(0))).toThrow('more than 2000000 instructions');
    expect(endless('}'.charCodeAt(0))).toThrow('more than 600000 objects');
    const large = zipOf({ 'a/data.pkl': new Uint8Array(2 ** 24 + 1) }, 9);
    expect(() => readWeights(large)).toThrow('data.pkl takes 17 MiB (16 MiB at most)');
  });

  it('reads the smallest of them when nothing is broken', () => {
    expect(readWeights(OK).format).toBe('PyTorch');
  });
});
