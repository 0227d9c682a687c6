import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { KNOWN_SETS } from '../knownSets.ts';
import { tarOf } from '../../containers/testing/tarBytes.ts';
import { nodeCodecs } from '../nodeCodecs.ts';
import { fileOfBytes } from '../own/inputFile.ts';
import { readImages } from '../own/readImages.ts';
import { filesOf } from '../testing/images.ts';
import { pickledBatch } from '../testing/pickle.ts';
import { IMAGE_BYTES, type Images } from '../types.ts';
import { Md5 } from './md5.ts';

const reading = { codecs: nodeCodecs };
const read = (files: Record<string, Uint8Array>, title = 'files') =>
  readImages(filesOf(files), title, reading);

/** `count` images whose bytes tell image, channel and place; as CIFAR stores them, plane by plane. */
function planes(count: number, first: number): Uint8Array {
  return Uint8Array.from({ length: count * IMAGE_BYTES }, (_, i) => {
    const [image, at] = [Math.floor(i / IMAGE_BYTES), i % IMAGE_BYTES];
    return (first + image * 7 + Math.floor(at / 1024) * 50 + (at % 1024)) % 256;
  });
}

/** What the page should make of them. */
function expectImages(
  images: Images,
  batches: readonly (readonly [number, number])[],
  labels: number[],
) {
  expect([...images.labels]).toEqual(labels);
  const wanted = batches.flatMap(([count, first]) => {
    const source = planes(count, first);
    return Array.from({ length: count }, (_, n) =>
      Uint8Array.from(
        { length: IMAGE_BYTES },
        (_, i) => source[n * IMAGE_BYTES + (i % 3) * 1024 + Math.floor(i / 3)] ?? 0,
      ),
    );
  });
  expect(Buffer.compare(images.pixels, Buffer.concat(wanted))).toBe(0);
}

const binary = (count: number, first: number, labelOf: (i: number) => number[]) =>
  Buffer.concat(
    Array.from({ length: count }, (_, i) => [
      Uint8Array.from(labelOf(i)),
      planes(count, first).subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES),
    ]).flat(),
  );

describe('CIFAR-10', () => {
  const batch = (first: number, protocol: 0 | 2 | 4, key = 'labels') =>
    pickledBatch(planes(2, first), [first % 10, (first + 1) % 10], protocol, key);

  it.each([0, 2, 4] as const)(
    'Python version, pickle protocol %i, in its archive',
    async (protocol) => {
      const folder = 'cifar-10-batches-py/';
      const tar = tarOf({
        [`${folder}batches.meta`]: Uint8Array.of(0x2e),
        [`${folder}data_batch_1`]: batch(1, protocol),
        [`${folder}data_batch_2`]: batch(2, protocol),
        [`${folder}data_batch_4`]: batch(4, protocol),
        [`${folder}test_batch`]: batch(6, protocol),
        [`${folder}readme.html`]: Buffer.from('<html>'),
      });
      const file = fileOfBytes('cifar-10-python.tar.gz', gzipSync(tar));
      const set = await readImages([file], 'cifar-10-python.tar.gz', reading);
      // The archive's own order, which is the hub's: 4, 3, 2, 5, 1.
      expectImages(
        set.train,
        [
          [2, 4],
          [2, 2],
          [2, 1],
        ],
        [4, 5, 2, 3, 1, 2],
      );
      expectImages(set.test, [[2, 6]], [6, 7]);
      expect(set.classNames).toEqual(KNOWN_SETS.cifar10.classNames);
      expect(set.dataset).toBeNull();
      expect(set.title).toBe('cifar-10-python.tar.gz, not checked to be CIFAR-10');
      expect(set.remarks.join(' ')).toMatch(
        /cifar-10-python.tar.gz is not the file that was published \(its MD5 is [0-9a-f]{32}\).*Missing: data_batch_3, data_batch_5/,
      );
    },
  );

  it('Python version, unpacked, as Python 2 wrote it', async () => {
    const set = await read({ data_batch_1: batch(1, 0), test_batch: batch(3, 0) });
    expectImages(set.train, [[2, 1]], [1, 2]);
    expect(set.remarks[0]).toMatch(/data_batch_1, test_batch do not match the published hashes/);
  });

  it('binary version', async () => {
    const set = await read({
      'x/data_batch_5.bin': binary(3, 9, (i) => [i]),
      'x/test_batch.bin': binary(1, 2, () => [9]),
    });
    expectImages(set.train, [[3, 9]], [0, 1, 2]);
    expectImages(set.test, [[1, 2]], [9]);
  });

  it.each<[string, Record<string, Uint8Array>, RegExp]>([
    [
      'a label that is none',
      { 'data_batch_1.bin': binary(1, 0, () => [10]) },
      /data_batch_1.bin.*image 0 has the label 10/,
    ],
    [
      'half a record',
      { 'data_batch_1.bin': new Uint8Array(4000) },
      /not a whole number of records/,
    ],
    ['a pickle cut short', { data_batch_1: batch(1, 2).slice(0, 5000) }, /data_batch_1.*cut off/],
    ['another pickle', { data_batch_1: Buffer.from('\x80\x02]q\0.', 'latin1') }, /no dictionary/],
    [
      'an unknown instruction',
      { data_batch_1: Buffer.from('\x80\x02\xff.', 'latin1') },
      /instruction 0xff/,
    ],
    [
      'a label too many',
      { data_batch_1: pickledBatch(planes(1, 0), [1, 2], 2) },
      /2 labels for 3072 bytes/,
    ],
    [
      'only the test',
      { 'test_batch.bin': binary(1, 0, () => [1]) },
      /contains no images in a known format/,
    ],
  ])('is refused with %s', async (_, files, fault) => {
    await expect(read(files)).rejects.toThrow(fault);
  });
});

describe('CIFAR-100', () => {
  it('Python version: fine labels', async () => {
    const of = (first: number) => pickledBatch(planes(2, first), [99, 0], 2, 'fine_labels');
    const set = await read({ 'cifar-100-python/train': of(3), 'cifar-100-python/test': of(4) });
    expectImages(set.train, [[2, 3]], [99, 0]);
    expect(set.classNames).toHaveLength(100);
    expect(set.classNames[99]).toBe('worm');
  });

  it('binary version: fine labels', async () => {
    const set = await read({
      'train.bin': binary(2, 5, (i) => [19, 98 + i]),
      'test.bin': binary(1, 5, () => [1, 7]),
    });
    expectImages(set.train, [[2, 5]], [98, 99]);
    expectImages(set.test, [[1, 5]], [7]);
  });
});

describe('Fashion-MNIST', () => {
  const idx = (shape: readonly number[], data: Uint8Array) => {
    const header = Buffer.alloc(4 + 4 * shape.length);
    header.set([0, 0, 8, shape.length]);
    for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
    return Buffer.concat([header, data]);
  };
  const grey = Uint8Array.from({ length: 3 * 784 }, (_, i) => (i * 13) % 256);
  const files = {
    'train-images-idx3-ubyte.gz': gzipSync(idx([3, 28, 28], grey)),
    'train-labels-idx1-ubyte.gz': gzipSync(idx([3], Uint8Array.of(9, 0, 5))),
    't10k-images-idx3-ubyte': idx([1, 28, 28], grey.subarray(0, 784)),
    't10k-labels-idx1-ubyte': idx([1], Uint8Array.of(3)),
  };

  it('becomes 32×32 with a black border, three equal channels', async () => {
    const { train, test, classNames, dataset } = await read(files);
    expect([...train.labels, ...test.labels]).toEqual([9, 0, 5, 3]);
    for (const [n, x, y] of [
      [0, 0, 0],
      [2, 13, 27],
      [1, 27, 5],
    ] as const) {
      const at = n * IMAGE_BYTES + ((y + 2) * 32 + x + 2) * 3;
      const value = grey[n * 784 + y * 28 + x] ?? 0;
      expect([...train.pixels.subarray(at, at + 3)]).toEqual([value, value, value]);
    }
    expect(train.pixels.subarray(0, 2 * 32 * 3).every((byte) => byte === 0)).toBe(true);
    expect(classNames[9]).toBe('Ankle boot');
    expect(dataset).toBeNull();
  });

  it.each<[string, Record<string, Uint8Array>, RegExp]>([
    [
      'labels missing',
      { 'train-images-idx3-ubyte.gz': files['train-images-idx3-ubyte.gz'] },
      /training images of Fashion-MNIST are not among/,
    ],
    [
      'too few labels',
      { ...files, 'train-labels-idx1-ubyte.gz': idx([2], Uint8Array.of(1, 2)) },
      /2 labels for 3 images/,
    ],
    [
      'a label of 10',
      { ...files, 'train-labels-idx1-ubyte.gz': idx([3], Uint8Array.of(1, 10, 2)) },
      /label 1 is 10/,
    ],
    [
      'bytes missing',
      { ...files, 't10k-images-idx3-ubyte': idx([9, 28, 28], grey) },
      /2352 bytes for 9×28×28/,
    ],
    [
      'a damaged gzip',
      {
        ...files,
        'train-images-idx3-ubyte.gz': files['train-images-idx3-ubyte.gz'].subarray(0, 60),
      },
      /train-images-idx3-ubyte.gz cannot be read: gzip file: it is damaged or cut off/,
    ],
  ])('is refused with %s', async (_, given, fault) => {
    await expect(read(given)).rejects.toThrow(fault);
  });
});

describe('MD5', () => {
  it.each([
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
  ])('of RFC 1321: %s', (text, digest) => {
    expect(new Md5().update(Buffer.from(text)).digest()).toBe(digest);
    const parts = new Md5();
    for (const byte of Buffer.from(text)) parts.update(Uint8Array.of(byte));
    expect(parts.digest()).toBe(digest);
  });
});
