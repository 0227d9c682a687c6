import { deflateSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { directoryOf, patched, withDirectoryField, zipOf } from '../testing/zipBytes.ts';
import { ContainerError } from '../containerError.ts';
import { ZipFile } from './zipFile.ts';

const LIMITS = {
  ...{ entries: 65_536, utf8Names: true },
  ...{ entryBytes: 2 ** 30, unpackedBytes: 2 ** 30 },
};
const two = zipOf({ 'a.npy': 'first', 'b.npy': 'second' });
const zeros = new Uint8Array(100_000);
const packed = zipOf({ 'a.npy': zeros }, 9);
const { entries, end } = directoryOf(two);
const [, second = 0] = entries;

/** The second entry's header and data stand once more in the data of the first. */
const inner = two.subarray(localName(two, 1) - 30, entries[0]);
const nested = zipOf({ 'a.npy': inner, 'b.npy': 'second' });
const within = withDirectoryField(nested, 'offset', localName(nested, 0) + 5, 1);

/** Everything unpacked. */
const unpack = (bytes: Uint8Array) => {
  const zip = new ZipFile(bytes, LIMITS);
  return new Map(zip.names.map((name) => [name, zip.read(name)]));
};

/** An entry's declared size in its directory entry and in its own header, where fflate writes it too. */
const declaring = (size: number) =>
  patched(withDirectoryField(packed, 'unpacked', size), [22, size, 4]);

/** One of the two Zip64 records that stand before a directory's end, and an end that leaves all to it. */
function zip64(count: number, size: bigint, start: bigint): Uint8Array {
  const records = new Uint8Array(56 + 20);
  const view = new DataView(records.buffer);
  view.setUint32(0, 0x06064b50, true);
  view.setBigUint64(4, 44n, true);
  view.setBigUint64(32, BigInt(count), true);
  view.setBigUint64(40, size, true);
  view.setBigUint64(48, start, true);
  view.setUint32(56, 0x07064b50, true);
  view.setBigUint64(64, BigInt(end), true);
  const all = Uint8Array.from([...two.subarray(0, end), ...records, ...two.subarray(end)]);
  const at = all.length - 22;
  return patched(all, [at + 10, 0xffff, 2], [at + 12, 0xffffffff, 4], [at + 16, 0xffffffff, 4]);
}

describe('zip', () => {
  it('unpacks stored and deflated entries, and passes over folders and comments', () => {
    const mixed = zipSync(
      { 'a/': [new Uint8Array(), { level: 0 }], 'a/b': [zeros, { level: 9 }], c: Uint8Array.of(7) },
      { comment: 'made for a test' },
    );
    expect([...unpack(mixed)]).toEqual([
      ['a/b', zeros],
      ['c', Uint8Array.of(7)],
    ]);
  });

  it('reads a Zip64 directory', () => {
    const start = entries[0] ?? 0;
    const names = [...unpack(zip64(2, BigInt(end - start), BigInt(start))).keys()];
    expect(names).toEqual(['a.npy', 'b.npy']);
  });

  it.each([
    ['a file cut in half', two.slice(0, two.length / 2), /cut off: it has no directory/],
    ['a file without its last byte', two.slice(0, -1), /cut off/],
    ['bytes behind the end', Uint8Array.from([...two, 0]), /no directory at its end/],
    ['a first half alone', two.slice(0, 30), /cut off/],
    [
      'an entry twice',
      patched(two, [second + 46, 97, 1], [localName(two, 1), 97, 1]),
      /"a\.npy" is there twice/,
    ],
    ['encryption', withDirectoryField(two, 'flags', 1), /"a\.npy" is encrypted/],
    ['patch data', withDirectoryField(two, 'flags', 0x20), /flags 0x20/],
    ['another compression', withDirectoryField(two, 'method', 12), /method 12/],
    ['two methods', withDirectoryField(two, 'method', 8), /another name or method/],
    ['two names', patched(two, [localName(two, 0), 120, 1]), /another name or method/],
    [
      'damaged data',
      patched(two, [localName(two, 0) + 5, 0, 1]),
      /"a\.npy" is damaged: its checksum/,
    ],
    ['a wrong checksum', withDirectoryField(two, 'crc', 1), /checksum is wrong/],
    ['a stored entry of two sizes', withDirectoryField(two, 'unpacked', 4), /two sizes: 5 and 4/],
    ['more than it declares', declaring(99_999), /more than the 99999 bytes/],
    ['less than it declares', declaring(100_001), /unpacks to 100000 bytes and declares 100001/],
    [
      'a ratio that deflate has not',
      declaring(2 ** 30),
      /claims to unpack \d+ bytes to 1073741824/,
    ],
    ['an entry within another', within, /"b\.npy" overlaps "a\.npy"/],
    [
      'an entry that points at another',
      withDirectoryField(two, 'offset', 0, 1),
      /"b\.npy" overlaps/,
    ],
    [
      'an entry outside the file',
      withDirectoryField(two, 'offset', 5000),
      /no header at byte 5000/,
    ],
    [
      'an entry that reaches into the directory',
      patched(withDirectoryField(two, 'packed', 5000), [(entries[0] ?? 0) + 24, 5000, 4]),
      /outside the file's data/,
    ],
    ['a directory of another size', patched(two, [end + 12, 5, 4]), /does not end at byte/],
    ['a directory elsewhere', patched(two, [end + 16, 5, 4]), /does not end at byte/],
    ['more entries than there are', patched(two, [end + 10, 3, 2]), /no directory entry at byte/],
    ['fewer entries than there are', patched(two, [end + 10, 1, 2]), /longer than its entries/],
    ['one part of several', patched(two, [end + 4, 1, 2]), /one part of several/],
    ['a name that is no UTF-8', patched(two, [(entries[0] ?? 0) + 46, 0xff, 1]), /no UTF-8/],
    [
      'an entry name longer than the directory',
      patched(two, [second + 28, 60_000, 2]),
      /goes past the directory/,
    ],
    ['a Zip64 position past 2^53', zip64(2, 5n, 2n ** 60n), /past 2\^53/],
    ['a million entries', zip64(1_000_000, 5n, 5n), /1000000 entries/],
    ['garbage instead of deflated data', garbage(), /can't be unpacked|checksum|unpacks to/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => unpack(bytes)).toThrow(ContainerError);
    expect(() => unpack(bytes)).toThrow(message);
  });

  it('refuses entries that together unpack to more than their file can tell, before it unpacks any', () => {
    let state = 1;
    const noise = Uint8Array.from({ length: 140_000 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
    const bomb = zipOf(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}`, noise])), 9);
    const small = directoryOf(bomb).entries.map((at) => [at + 24, 2 ** 24, 4] as const);
    expect(() => new ZipFile(patched(bomb, ...small), LIMITS)).toThrow(
      /unpacks to 144 MiB \(109 MiB/,
    );
  });
});

function localName(zip: Uint8Array, index: number): number {
  const view = new DataView(zip.buffer, zip.byteOffset);
  return 30 + view.getUint32((directoryOf(zip).entries[index] ?? 0) + 42, true);
}

function garbage(): Uint8Array {
  const length = deflateSync(zeros, { level: 9 }).length;
  const start = packed.length - 22 - (46 + 5) - length;
  return patched(packed, ...Array.from({ length: 8 }, (_, i) => [start + i, 0xff, 1] as const));
}
