/** Pickles as Python 2 and 3 write them, in every protocol, with weights beside anything else. */
import { describe, expect, it } from 'vitest';
import {
  type Code,
  dict,
  global,
  int,
  LIST,
  MARK,
  NO_ARGS,
  NONE,
  NUMBERS,
  ORDERED_DICT,
  PERSID,
  pickled,
  pth,
  pthHolding,
  REDUCE,
  STOP,
  tensor,
  text,
  tuple,
} from '../testing/pickleBytes.ts';
import { tarPth } from '../testing/tarPthBytes.ts';
import type { TensorGroup } from './weightsFile.ts';
import { readWeights } from './readWeights.ts';

const ascii = (value: string): Code => [...new TextEncoder().encode(value)];
/** SHORT_BINSTRING: a string of Python 2. */
const string2 = (value: string): Code => [0x55, value.length, ...ascii(value)];
/** SHORT_BINUNICODE, MEMOIZE: a text of protocol 4. */
const text4 = (value: string): Code => [0x8c, value.length, ...ascii(value), 0x94];
const bytes3 = (...bytes: number[]): Code => [0x43, bytes.length, ...bytes];
const call = (callee: Code, ...args: readonly Code[]): Code => [
  ...callee,
  ...tuple(...args),
  ...REDUCE,
];
const FLOATS = global('torch', 'FloatStorage');
const group = (bytes: Uint8Array): TensorGroup => readWeights(bytes).groups[0];
const dataOf = (bytes: Uint8Array, name = 'w') => group(bytes).tensors.get(name)?.data;

describe('tensors', () => {
  const storage = (...more: readonly Code[]): Code => [
    ...tuple(text('storage'), FLOATS, text('0'), text('cpu'), int(4), ...more),
    ...PERSID,
  ];
  const layout = [int(0), tuple(int(2), int(2)), tuple(int(2), int(1))] as const;
  const rebuilt = (name: string, ...more: readonly Code[]): Code =>
    call(global('torch._utils', name), storage(), ...layout, ...more);

  it.each<[string, Code]>([
    ['of PyTorch 0.1 to 0.3', rebuilt('_rebuild_tensor')],
    ['of 0.4 and later', rebuilt('_rebuild_tensor_v2', [0x89], ORDERED_DICT)],
    [
      'in a parameter',
      call(
        global('torch._utils', '_rebuild_parameter'),
        rebuilt('_rebuild_tensor'),
        [0x88],
        ORDERED_DICT,
      ),
    ],
    [
      'in a parameter of PyTorch 0.2',
      [
        ...call(global('torch.nn.parameter', 'Parameter'), rebuilt('_rebuild_tensor')),
        ...tuple([0x88]),
        0x62,
      ],
    ],
    [
      'of a subclass',
      call(
        global('torch._tensor', '_rebuild_from_type_v2'),
        global('torch._utils', '_rebuild_tensor_v2'),
        global('x', 'Mine'),
        tuple(storage(), ...layout, [0x89], ORDERED_DICT),
        NONE,
      ),
    ],
    [
      'whose size is a torch.Size',
      call(
        global('torch._utils', '_rebuild_tensor'),
        storage(),
        int(0),
        call(global('torch', 'Size'), tuple(int(2), int(2))),
        tuple(int(2), int(1)),
      ),
    ],
    [
      'of NumPy on the way',
      call(
        global('torch._utils', '_rebuild_device_tensor_from_numpy'),
        rebuilt('_rebuild_tensor'),
        NONE,
        NONE,
        NONE,
      ),
    ],
  ])('%s', (_, code) => {
    expect(dataOf(pthHolding(dict([text('w'), code])))).toEqual(NUMBERS);
  });

  it('in a part of a storage, as before 1.6', () => {
    const part = storage(tuple(text('7'), int(2), int(2)));
    const code = call(
      global('torch._utils', '_rebuild_tensor'),
      part,
      int(1),
      tuple(int(1)),
      tuple(int(1)),
    );
    expect(dataOf(pthHolding(dict([text('w'), code])))).toEqual(Float32Array.of(4));
    const past = call(
      global('torch._utils', '_rebuild_tensor'),
      part,
      int(1),
      tuple(int(2)),
      tuple(int(1)),
    );
    expect(() => dataOf(pthHolding(dict([text('w'), past])))).toThrow('goes past its 2 numbers');
  });

  it('of NumPy, in either byte order', () => {
    const dtype = (order: string): Code => [
      ...call(global('numpy', 'dtype'), text('f4'), int(0), int(1)),
      ...tuple(int(3), text(order), NONE, NONE, NONE, int(-1), int(-1), int(0)),
      0x62,
    ];
    const array = (order: string, bytes: Code): Code => [
      ...call(
        global('numpy.core.multiarray', '_reconstruct'),
        global('numpy', 'ndarray'),
        tuple(int(0)),
        bytes3(98),
      ),
      ...tuple(int(1), tuple(int(2)), dtype(order), [0x89], bytes),
      0x62,
    ];
    const little = array('<', bytes3(0, 0, 0x80, 0x3f, 0, 0, 0, 0x40));
    // Text of one character a byte, as protocol 2 writes bytes.
    const encoded = call(
      global('_codecs', 'encode'),
      [0x58, 9, 0, 0, 0, 0x3f, 0xc2, 0x80, 0, 0, 0x40, 0, 0, 0],
      text('latin1'),
    );
    const expected = Float32Array.of(1, 2);
    expect(dataOf(pickled(dict([text('w'), little])))).toEqual(expected);
    expect(dataOf(pickled(dict([text('w'), array('>', encoded)])))).toEqual(expected);
  });

  it('of PyTorch 0.1, in a tar file', () => {
    const file = tarPth([
      { name: 'w', shape: [2, 2], data: NUMBERS },
      { name: 'v', shape: [3], data: Float32Array.of(5, 6, 7) },
    ]);
    expect(readWeights(file).format).toBe('PyTorch 0.1');
    expect(group(file).tensors.get('w')).toEqual({ dtype: 'F32', shape: [2, 2], data: NUMBERS });
    expect(dataOf(file, 'v')).toEqual(Float32Array.of(5, 6, 7));
  });
});

describe('Python 2', () => {
  it('strings are keys, storages and words', () => {
    const id = tuple(string2('storage'), FLOATS, string2('0'), string2('cpu'), int(4));
    const value = call(
      global('torch._utils', '_rebuild_tensor'),
      [...id, ...PERSID],
      int(0),
      tuple(int(4)),
      tuple(int(1)),
    );
    expect(dataOf(pthHolding(dict([string2('w'), value])))).toEqual(NUMBERS);
  });

  it('OrderedDict takes pairs', () => {
    const pair = [...LIST, ...MARK, ...string2('w'), ...tensor(), 0x65];
    const pairs = [...LIST, ...MARK, ...pair, 0x65];
    const code = call(global('collections', 'OrderedDict'), pairs);
    expect(dataOf(pthHolding(dict([text('state_dict'), code])))).toEqual(NUMBERS);
  });

  it('strings that are no ASCII', () => {
    const { remarks } = group(
      pthHolding(dict([text('w'), tensor()], [text('by'), [0x55, 1, 0xe9]])),
    );
    expect(remarks).toEqual(['Not read, besides the tensors: by.']);
  });
});

it('protocol 0 is text', () => {
  const lines = [
    '(dp0',
    "S'a\\x62\\'c'",
    'p1',
    'F1.5',
    'sVd\\u00e9',
    'I01',
    "sS'n'",
    'L12L',
    "sS'l'",
    '(lp2',
    'I-3',
    "asS't'",
    '(I1',
    'I2',
    "tsS'o'",
    '(iargparse\nNamespace',
    'p3',
    'sg1',
  ].join('\n');
  const file = pth(Uint8Array.from(ascii(`${lines}\n0.`)));
  expect(() => readWeights(file)).toThrow(
    "no tensors, only ab'c, dé, n, l, t, o (argparse.Namespace; none of its code was run)",
  );
});

it('protocol 4 has frames, memos and names on the stack', () => {
  const stackGlobal = (module: string, name: string): Code => [
    ...text4(module),
    ...text4(name),
    0x93,
  ];
  const id = tuple(
    text4('storage'),
    stackGlobal('torch', 'FloatStorage'),
    text4('0'),
    text4('cpu'),
    int(4),
  );
  const value = [
    ...stackGlobal('torch._utils', '_rebuild_tensor_v2'),
    ...tuple([...id, ...PERSID], int(0), tuple(int(4)), tuple(int(1))),
    ...REDUCE,
  ];
  const frame = [0x95, 9, 0, 0, 0, 0, 0, 0, 0];
  const code = Uint8Array.from([0x80, 4, ...frame, ...dict([text4('w'), value]), ...STOP]);
  expect(dataOf(pth(code))).toEqual(NUMBERS);
});

describe('beside the weights', () => {
  const counter: Code = [...call(global('collections', 'Counter'), dict([int(100), int(1)]))];
  const withItems: Code = [
    ...call(global('collections', 'defaultdict'), global('__builtin__', 'list')),
    ...MARK,
    ...text('k'),
    ...int(1),
    0x75,
  ];
  const namespace: Code = [
    ...global('argparse', 'Namespace'),
    ...NO_ARGS,
    0x81,
    ...dict([text('lr'), int(1)]),
    0x62,
  ];
  const reconstructed: Code = call(
    global('copy_reg', '_reconstructor'),
    global('m', 'C'),
    global('__builtin__', 'object'),
    NONE,
  );

  it.each<[string, Code]>([
    ['a Counter', counter],
    ['a defaultdict', withItems],
    ['a Namespace', namespace],
    ['an object of protocol 1', reconstructed],
    [
      'a NumPy number',
      call(
        global('numpy.core.multiarray', 'scalar'),
        call(global('numpy', 'dtype'), text('f8')),
        bytes3(0, 0, 0, 0, 0, 0, 0, 64),
      ),
    ],
    ['a set', [0x8f, ...MARK, ...int(1), ...int(2), 0x90]],
    ['a frozenset', [...MARK, ...int(1), 0x91]],
    ['bytes', bytes3(1, 255)],
    ['a bytearray', [0x96, 2, 0, 0, 0, 0, 0, 0, 0, 1, 2]],
    ['a torch.device', call(global('torch', 'device'), text('cuda'), int(0))],
    ['a dtype', global('torch', 'float32')],
    ['a class', global('models', 'ResNet')],
    ['a very long number', [0x8b, 80, 0, 0, 0, ...new Uint8Array(80).fill(1)]],
    ['a dict with tuples as keys', dict([tuple(int(1)), int(2)])],
    [
      'an object with keyword arguments',
      [...global('m', 'C'), ...NO_ARGS, ...dict([text('a'), int(1)]), 0x92],
    ],
    ['a number by extension', [0x82, 7]],
    ['a call that would run a program', call(global('posix', 'system'), text('touch /tmp/x'))],
    ['a quantised tensor', call(global('torch._utils', '_rebuild_qtensor'), NONE)],
    ['a sparse tensor', call(global('torch._utils', '_rebuild_sparse_tensor'), NONE)],
    ['complex numbers', tensor({ storage: 'ComplexFloatStorage' })],
    [
      'a conjugated tensor',
      call(
        global('torch._utils', '_rebuild_tensor_v2'),
        [...tuple(text('storage'), FLOATS, text('0'), text('cpu'), int(4)), ...PERSID],
        int(0),
        tuple(int(1)),
        tuple(int(1)),
        [0x89],
        ORDERED_DICT,
        dict([text('conj'), [0x88]]),
      ),
    ],
  ])('%s is neither run nor refused', (_, code) => {
    const found = group(pthHolding(dict([text('w'), tensor()], [text('other'), code])));
    expect(found.tensors.get('w')?.data).toEqual(NUMBERS);
    expect(found.remarks.join() + [...found.unreadable.keys()].join()).toContain('other');
  });
});
