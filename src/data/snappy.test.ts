import { expect, it } from 'vitest';
import { unpackSnappy } from './snappy.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const bytesOf = (value: string) => [...Buffer.from(value, 'latin1')];

it('unpacks literals, and copies with offsets of one, two and four bytes', () => {
  const long = 'x'.repeat(70);
  const block = Uint8Array.from([
    ...[95, 2 << 2, ...bytesOf('abc')],
    // Seven bytes from three back, which it writes itself.
    ...[(3 << 2) | 1, 3],
    ...[(4 << 2) | 2, 10, 0],
    ...[60 << 2, 69, ...bytesOf(long)],
    ...[(9 << 2) | 3, 85, 0, 0, 0],
  ]);
  expect(text(unpackSnappy(block, 95))).toBe(`abcabcabcaabcab${long}abcabcabca`);
  expect(unpackSnappy(new Uint8Array(0), 0)).toEqual(new Uint8Array(0));
});

it.each<[string, readonly number[], number, RegExp]>([
  [
    'a literal whose length is negative as a signed number',
    [1, 0xfc, 0xfa, 255, 255, 255],
    1,
    /more than 1 bytes/,
  ],
  ['a literal beyond its end', [4, 3 << 2, 1, 2], 4, /4 bytes where 2 are left/],
  ['more than it says', [1, 1 << 2, 1, 2], 1, /more than 1 bytes/],
  ['less than it says', [2, 0, 1], 2, /of 1 bytes claims 2/],
  ['a copy from before its start', [8, 0, 1, 1, 2], 5, /refers to no bytes/],
  ['a copy of nothing', [8, 0, 1, 1, 0], 5, /refers to no bytes/],
])('refuses %s', (_, block, byteLength, fault) => {
  expect(() => unpackSnappy(Uint8Array.from(block), byteLength)).toThrow(fault);
});
