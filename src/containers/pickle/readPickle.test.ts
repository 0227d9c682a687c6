/** Values as Python 3 and 2 pickle them; that nothing is run is tested where weights are read. */
import { expect, it } from 'vitest';
import { ContainerError } from '../containerError.ts';
import { plainRules } from './plainRules.ts';
import { readPickle } from './readPickle.ts';

const read = (bytes: Uint8Array) => readPickle(bytes, plainRules);

// pickle.dumps({'b': b"\x80\x9f\xe9\n\\'", 't': 'é\n€', 'n': [1, -2, 2**40, True, None, 1.5], 'd': {(1, 2): 3, 7: (4,)}}, protocol)
it.each([
  [
    0,
    '286470300a56620a70310a635f636f646563730a656e636f64650a70320a2856809fe95c75303030615c7530303563270a70330a566c6174696e310a70340a7470350a5270360a7356740a70370a56e95c75303030615c75323061630a70380a73566e0a70390a286c7031300a49310a61492d320a614c313039393531313632373737364c0a614930310a614e6146312e350a617356640a7031310a28647031320a2849310a49320a747031330a49330a7349370a2849340a747031340a73732e',
  ],
  [
    1,
    '7d7100285801000000627101635f636f646563730a656e636f64650a7102285809000000c280c29fc3a90a5c27710358060000006c6174696e31710474710552710658010000007471075806000000c3a90ae282ac710858010000006e71095d710a284b014afeffffff4c313039393531313632373737364c0a4930310a4e473ff800000000000065580100000064710b7d710c28284b014b0274710d4b034b07284b0474710e75752e',
  ],
  [
    2,
    '80027d7100285801000000627101635f636f646563730a656e636f64650a71025809000000c280c29fc3a90a5c27710358060000006c6174696e31710486710552710658010000007471075806000000c3a90ae282ac710858010000006e71095d710a284b014afeffffff8a06000000000001884e473ff800000000000065580100000064710b7d710c284b014b0286710d4b034b074b0485710e75752e',
  ],
  [
    3,
    '80037d71002858010000006271014306809fe90a5c27710258010000007471035806000000c3a90ae282ac710458010000006e71055d7106284b014afeffffff8a06000000000001884e473ff80000000000006558010000006471077d7108284b014b028671094b034b074b0485710a75752e',
  ],
  [
    4,
    '80049557000000000000007d94288c0162944306809fe90a5c27948c0174948c06c3a90ae282ac948c016e945d94284b014afeffffff8a06000000000001884e473ff8000000000000658c0164947d94284b014b0286944b034b074b04859475752e',
  ],
  [
    5,
    '80059557000000000000007d94288c0162944306809fe90a5c27948c0174948c06c3a90ae282ac948c016e945d94284b014afeffffff8a06000000000001884e473ff8000000000000658c0164947d94284b014b0286944b034b074b04859475752e',
  ],
])('reads protocol %i', (_, hex) => {
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  const { value, end } = read(bytes);
  expect(end).toBe(bytes.length);
  expect(value).toEqual({
    kind: 'dict',
    entries: new Map<string, unknown>([
      ['b', { kind: 'bytes', data: Uint8Array.of(0x80, 0x9f, 0xe9, 10, 92, 39) }],
      ['t', 'é\n€'],
      ['n', { kind: 'list', items: [1, -2, 2 ** 40, true, null, 1.5] }],
      // A tuple is no key that anything here asks for.
      ['d', { kind: 'dict', entries: new Map([[7, { kind: 'tuple', items: [4] }]]) }],
    ]),
  });
});

it('reads a string of Python 2 of any length and any byte', () => {
  const count = 100_000;
  const literal = Array.from({ length: count }, (_, i) =>
    i % 2 === 0 ? 'a' : `\\x${(i % 256).toString(16).padStart(2, '0')}`,
  ).join('');
  const { value } = read(Buffer.from(`S'${literal}'\n.`));
  const data = Uint8Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 97 : i % 256));
  expect(value).toEqual({ kind: 'bytes', data });
});

it('refuses what lies outside it, and a name without an end', () => {
  expect(() => read(Buffer.from('Vx\nQ.'))).toThrow(ContainerError);
  expect(() => read(Buffer.from('Vx\nQ.'))).toThrow('pickle: an object that is not in it');
  expect(() => read(Buffer.from(`c${'x'.repeat(70_000)}\ny\n.`))).toThrow('a line of 70000 bytes');
});
