import { expect, it } from 'vitest';
import { ContainerError } from './containerError.ts';
import { isTar, tarMembers } from './tar.ts';
import { tarOf } from './testing/tarBytes.ts';

const read = (tar: Uint8Array) =>
  tarMembers(tar).map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]);
const ok = tarOf({ './a.txt': Buffer.from('first'), 'b/c': Buffer.from('second') });

/** The member at a block's position becomes one of another kind. */
function ofKind(tar: Uint8Array, at: number, kind: string): Uint8Array {
  const copy = Buffer.from(tar);
  const change = kind.charCodeAt(0) - (copy[at + 156] ?? 0);
  copy.write(kind, at + 156);
  const sum = Number.parseInt(copy.toString('latin1', at + 148, at + 154), 8) + change;
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148);
  return copy;
}

it('gives regular files with their paths', () => {
  expect(isTar(ok)).toBe(true);
  expect(read(ok)).toEqual([
    ['a.txt', 'first'],
    ['b/c', 'second'],
  ]);
  // A folder.
  expect(read(ofKind(ok, 0, '5'))).toEqual([['b/c', 'second']]);
});

it.each([
  ['GNU', 'L', `${'x'.repeat(120)}\0`],
  ['pax', 'x', `11 mtime=1\n${131} path=${'x'.repeat(120)}\n`],
])('takes long names of %s', (_, kind, content) => {
  const tar = tarOf({ long: Buffer.from(content), cut: Buffer.from('a'), next: Buffer.from('b') });
  expect(read(ofKind(tar, 0, kind))).toEqual([
    ['x'.repeat(120), 'a'],
    ['next', 'b'],
  ]);
});

it.each([
  ['cut off', ok.subarray(0, 514), /cut off/],
  ['with a damaged header', ok.map((byte, i) => (i === 1024 ? 120 : byte)), /header at byte 1024/],
  ['that is none', new Uint8Array(600).fill(65), /header at byte 0/],
])('refuses a file %s', (_, tar, message) => {
  expect(() => tarMembers(tar)).toThrow(ContainerError);
  expect(() => tarMembers(tar)).toThrow(message);
});
