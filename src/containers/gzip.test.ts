import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { ContainerError } from './containerError.ts';
import { GzipReader, gunzip, isGzip } from './gzip.ts';

const content = Uint8Array.from({ length: 20_000 }, (_, i) => (i * i) % 251);
const packed = gzipSync(content);

it('unpacks a file, whole or in parts of any size', () => {
  expect(isGzip(packed)).toBe(true);
  expect(gunzip(packed)).toEqual(content);
  for (const size of [1, 100]) {
    const reader = new GzipReader(2 ** 20);
    for (let at = 0; at < packed.length; at += size) reader.push(packed.subarray(at, at + size));
    expect(reader.end()).toEqual(content);
  }
});

it('unpacks no more than a file of its size may, however little it is', () => {
  const bomb = gzipSync(new Uint8Array(40 * 2 ** 20));
  expect(() => gunzip(bomb)).toThrow('gzip file: it unpacks to more than 35 MiB');
  expect(() => gunzip(packed, 10_000)).toThrow('it unpacks to more than 1 MiB');
});

it.each([
  ['cut within its content', packed.subarray(0, 100)],
  ['cut within its checksum', packed.subarray(0, -5)],
  ['without an end', packed.subarray(0, -8)],
  ['of nothing', new Uint8Array()],
  ['of a header alone', packed.subarray(0, 10)],
  ['with another checksum', packed.map((byte, i) => (i === packed.length - 6 ? byte ^ 1 : byte))],
  ['with more behind it', Buffer.concat([packed, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)])],
])('refuses a file %s', (_, bytes) => {
  expect(() => gunzip(bytes)).toThrow(ContainerError);
  expect(() => gunzip(bytes)).toThrow(/^gzip file: it is damaged or cut off/);
});
