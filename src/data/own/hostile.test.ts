/** Damaged and hostile bytes: every reader gives images or an error that says why, and soon. */
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { readPythonBatch } from '../archives/cifar.ts';
import { idxImages } from '../archives/idx.ts';
import { tarMembers } from '../../containers/tar.ts';
import { decodeImage } from '../image/decode.ts';
import { tarOf } from '../../containers/testing/tarBytes.ts';
import { nodeCodecs } from '../nodeCodecs.ts';
import { gifFile, jpegFile, pngFile, testImage, webpFile } from '../testing/images.ts';
import { parquetFixture } from '../testing/parquetFixture.ts';
import { pickledBatch } from '../testing/pickle.ts';
import { readImageSet, writeImageSet } from './imageSetFile.ts';
import { fileOfBytes } from './inputFile.ts';
import { readImages } from './readImages.ts';

const reading = { codecs: nodeCodecs };
const small = pngFile(testImage(3, 3, [1, 2, 3]));
const zip = zipSync({ 'a/1.png': small, 'b/1.png': small });
const readAny = (name: string) => (bytes: Uint8Array) =>
  readImages([fileOfBytes(name, bytes)], name, reading);
const decode = (bytes: Uint8Array) => decodeImage(bytes, nodeCodecs);

interface Edit {
  readonly at: number;
  readonly kind: 'set' | 'cut' | 'repeat' | 'insert';
  readonly byte: number;
}

const anyEdit: fc.Arbitrary<Edit> = fc.record({
  // Most of what can go wrong is at the front.
  at: fc.oneof(
    fc.double({ min: 0, max: 0.05, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ),
  kind: fc.constantFrom('set', 'set', 'set', 'cut', 'repeat', 'insert'),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 127, 128, 255)),
});

function edited(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  return edits.reduce((before, { at, kind, byte }) => {
    const place = Math.floor(at * before.length);
    const [head, tail] = [before.subarray(0, place), before.subarray(place)];
    if (kind === 'cut') return head;
    if (kind === 'repeat') return Buffer.concat([head, before.subarray(place >> 1)]);
    if (kind === 'insert') return Buffer.concat([head, Uint8Array.of(byte), tail]);
    return Buffer.concat([head, Uint8Array.of(byte), tail.subarray(1)]);
  }, bytes);
}

/** Checksums made right again, so that what they protect is reached. */
function withChecksums(png: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(png);
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) break;
    view.setUint32(end - 4, crc32(bytes.subarray(at + 4, end - 4)));
    at = end;
  }
  return bytes;
}

it.each<[string, number, () => Uint8Array | Promise<Uint8Array>, (bytes: Uint8Array) => unknown]>([
  ['PNG', 300, () => small, (bytes) => decode(withChecksums(bytes))],
  ['GIF', 300, () => gifFile(9, 7, [], (x) => x % 4), decode],
  ['JPEG', 40, () => jpegFile(testImage(9, 7, [9, 99, 9])), decode],
  ['WebP', 40, () => webpFile(testImage(9, 7, [9, 99, 9])), decode],
  [
    'pickle',
    300,
    () => pickledBatch(new Uint8Array(3072), [3], 2),
    (bytes) => readPythonBatch(bytes, 10),
  ],
  [
    'IDX',
    300,
    () =>
      Buffer.concat([
        Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2),
        new Uint8Array(4),
      ]),
    idxImages,
  ],
  ['tar', 300, () => tarOf({ a: Uint8Array.of(1), 'b/c': new Uint8Array(600) }), tarMembers],
  ['zip', 200, () => zip, readAny('a.zip')],
  ['Parquet', 60, () => parquetFixture({ count: 12 }).file, readAny('a.parquet')],
  ['image set', 100, async () => writeImageSet(await readAny('a.zip')(zip)), readImageSet],
])('%s', async (_, numRuns, seed, read) => {
  const bytes = await seed();
  await fc.assert(
    fc.asyncProperty(fc.array(anyEdit, { minLength: 1, maxLength: 5 }), async (edits) => {
      try {
        await read(edited(bytes, edits));
      } catch (error) {
        // Neither a crash of the reader nor an error without a reason.
        expect(error).toBeInstanceOf(Error);
        expect(['TypeError', 'ReferenceError']).not.toContain((error as Error).name);
        expect((error as Error).message).not.toBe('');
      }
    }),
    { numRuns },
  );
});

it('an IDX file of four billion images without pixels is refused at once', () => {
  const header = Uint8Array.of(0, 0, 8, 3, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 28);
  expect(() => idxImages(header)).toThrow('images of 0×28 pixels');
});
