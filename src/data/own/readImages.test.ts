import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { tarOf } from '../../containers/testing/tarBytes.ts';
import { nodeCodecs } from '../nodeCodecs.ts';
import { filesOf, gifFile, jpegFile, pngFile, testImage, webpFile } from '../testing/images.ts';
import { IMAGE_BYTES } from '../types.ts';
import { normalizationOfImages } from './imageSet.ts';
import { imageSetHash, readImageSet, writeImageSet } from './imageSetFile.ts';
import { fileOfBytes } from './inputFile.ts';
import { readImages } from './readImages.ts';

const reading = { codecs: nodeCodecs };
const png = (value: number) => pngFile(testImage(32, 32, [value, value, value]));
/** `count` images of each class, the class's number in their first pixel. */
const folders = (classes: readonly string[], count: number, prefix = '') =>
  Object.fromEntries(
    classes.flatMap((name, c) =>
      Array.from({ length: count }, (_, i): [string, Uint8Array] => [
        `${prefix}${name}/${i}.png`,
        png(10 * c + 1),
      ]),
    ),
  );
const labelsByPixel = (images: { pixels: Uint8Array; labels: Uint16Array }) =>
  [...images.labels].map((label, i) => [label, images.pixels[i * IMAGE_BYTES]]);

describe('class folders', () => {
  it('become a set with a test of one in six, the same every time and from a zip', async () => {
    const files = folders(['dog', 'Cat', 'ant'], 12);
    const set = await readImages(filesOf(files), 'pets', reading);
    // As Python sorts: capitals first.
    expect(set.classNames).toEqual(['Cat', 'ant', 'dog']);
    expect([set.train.labels.length, set.test.labels.length]).toEqual([30, 6]);
    for (const split of [set.train, set.test]) {
      for (const [label, pixel] of labelsByPixel(split)) {
        expect(pixel).toBe([11, 21, 1][label ?? 0]);
      }
    }
    expect(new Set(set.train.labels.slice(0, 10)).size).toBeGreaterThan(1);
    const zip = zipSync({
      'pets/readme.txt': new Uint8Array(3),
      ...folders(['dog', 'Cat', 'ant'], 12, 'pets/'),
    });
    const zipped = await readImages([fileOfBytes('pets.zip', zip)], 'pets.zip', reading);
    expect(await imageSetHash(zipped)).toBe(await imageSetHash(set));
    const tar = gzipSync(tarOf(files));
    const packed = await readImages([fileOfBytes('pets.tar.gz', tar)], 'pets.tar.gz', reading);
    expect(await imageSetHash(packed)).toBe(await imageSetHash(set));
  });

  it('have a split where there are folders for it', async () => {
    const files = {
      ...folders(['a', 'b'], 5, 'x/Training/'),
      ...folders(['a', 'b'], 2, 'x/valid/'),
      ...folders(['a', 'b'], 3, 'x/test/'),
    };
    const set = await readImages(filesOf(files), 'x', reading);
    expect([set.train.labels.length, set.test.labels.length]).toEqual([10, 6]);
    expect(set.remarks).toEqual(['4 images for validation not used.']);
    const without = Object.fromEntries(
      Object.entries(files).filter(([name]) => !name.includes('/test/')),
    );
    const other = await readImages(filesOf(without), 'x', reading);
    expect([other.train.labels.length, other.test.labels.length]).toEqual([10, 4]);
  });

  it('are found beside images that have no class, and in folders around each split', async () => {
    const stray = png(200);
    const top = { ...folders(['a', 'b'], 6, 'pets/'), 'pets/preview.png': stray };
    const unlabelled = { ...folders(['a', 'b'], 6, 'train/'), 'test/1.png': stray };
    const wrapped = {
      ...folders(['a', 'b'], 5, 'seg_train/seg_train/'),
      ...folders(['a', 'b'], 1, 'seg_test/seg_test/'),
      'seg_pred/seg_pred/1.png': stray,
    };
    for (const files of [top, unlabelled, wrapped]) {
      const { classNames, train, test, remarks } = await readImages(filesOf(files), 'x', reading);
      expect(classNames).toEqual(['a', 'b']);
      expect([train.labels.length, test.labels.length]).toEqual([10, 2]);
      expect(remarks.join(' ')).toMatch(/1 file not used, .*(preview|1)\.png/);
    }
  });

  it('with one image each leave none for the test, and say so', async () => {
    const { train, test, remarks } = await readImages(
      filesOf(folders(['a', 'b', 'c'], 1)),
      'x',
      reading,
    );
    expect([train.labels.length, test.labels.length]).toEqual([3, 0]);
    expect(remarks).toEqual(['No class has two images, so none is kept for the test.']);
  });

  it('may hold PNG, JPEG, WebP and GIF of any size, and litter', async () => {
    const image = testImage(48, 64, [240, 10, 10]);
    const files = {
      'a/1.png': pngFile(image),
      'a/2.JPG': await jpegFile(image),
      'a/.DS_Store': new Uint8Array(4),
      '__MACOSX/a/._1.png': new Uint8Array(4),
      'b/1.webp': await webpFile(image),
      'b/2.gif': gifFile(48, 64, [240, 10, 10, 240, 10, 10], () => 1),
    };
    const { train, test, remarks } = await readImages(filesOf(files), 'any', reading);
    expect(train.labels.length + test.labels.length).toBe(4);
    expect(remarks).toHaveLength(1);
    for (const { pixels } of [train, test]) {
      for (let i = 0; i < pixels.length; i += IMAGE_BYTES) {
        expect(Math.abs((pixels[i] ?? 0) - 240)).toBeLessThan(6);
      }
    }
  });

  it('name the files that cannot be read, and go on', async () => {
    const files = {
      ...folders(['a', 'b'], 6),
      'a/broken.png': png(1).slice(0, 50),
      'b/photo.jpg': Buffer.from('<html>404'),
      'stray.png': png(3),
    };
    const { train, test, remarks } = await readImages(filesOf(files), 'some', reading);
    expect(train.labels.length + test.labels.length).toBe(12);
    expect(remarks.join(' ')).toMatch(
      /2 files left out: .*broken.png \(PNG is cut short\).*1 file not used, .*stray.png/,
    );
  });

  it.each<[string, Record<string, Uint8Array>, RegExp]>([
    ['one class', folders(['a'], 3), /1 class \(a\)/],
    [
      'splits without classes',
      { 'train/1.png': png(1), 'test/1.png': png(1) },
      /no images in class folders, only test\/1.png, train\/1.png/,
    ],
    ['no folders', { '1.png': png(1), '2.png': png(2) }, /no images in class folders/],
    [
      '1,001 classes',
      folders(
        Array.from({ length: 1001 }, (_, i) => `c${i}`),
        1,
      ),
      /1,001 classes/,
    ],
    [
      'other files',
      { 'a.doc': Buffer.from('x'), 'b.xls': Buffer.from('y') },
      /2 files: a.doc, b.xls/,
    ],
    ['nothing', {}, /no files/],
    [
      'nothing readable',
      { 'a/1.png': Buffer.from('x'), 'b/1.png': Buffer.from('y') },
      /No image of set can be read/,
    ],
  ])('are refused: %s', async (_, files, fault) => {
    await expect(readImages(filesOf(files), 'set', reading)).rejects.toThrow(fault);
  });

  it('may be a thousand', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));
    const tiny = pngFile(testImage(1, 1, [7, 7, 7]));
    const files = Object.fromEntries(names.map((name) => [`${name}/1.png`, tiny]));
    const { classNames, train } = await readImages(filesOf(files), 'many', reading);
    expect(classNames).toEqual(names);
    expect(Math.max(...train.labels)).toBe(999);
  });
});

describe('an image set', () => {
  it('is written and read back', async () => {
    const set = await readImages(filesOf(folders(['a', 'b'], 7)), 'Ähm', reading);
    const bytes = writeImageSet(set);
    expect(readImageSet(bytes)).toEqual(set);
    for (const damaged of [bytes.slice(0, -1), bytes.slice(0, 30), bytes.slice(1)]) {
      expect(() => readImageSet(damaged)).toThrow();
    }
  });

  it('has mean and deviation', () => {
    const pixels = Uint8Array.of(0, 51, 255, 255, 51, 255);
    expect(normalizationOfImages({ pixels, labels: new Uint16Array(1) })).toEqual({
      mean: [0.5, 0.2, 1],
      std: [0.5, 0.0001, 0.0001],
    });
  });
});
