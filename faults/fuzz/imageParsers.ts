/** Everything that reads images. Decoders throw plain errors, which the readers of files put into words of their own. */
import { crc32 } from 'node:zlib';
import { zipSync } from 'fflate';
import { fileOfBytes } from '../../src/data/own/inputFile.ts';
import { gifFile, jpegFile, pngFile, testImage, webpFile } from '../../src/data/testing/images.ts';
import { parquetFixture } from '../../src/data/testing/parquetFixture.ts';
import { pickledBatch } from '../../src/data/testing/pickle.ts';
import { ofBytes, type Parser, PLAIN_ERROR } from './parser.ts';

const DECODER = [PLAIN_ERROR, 'ContainerError'];
const DATA = ['DataError'];
const RECORD_BYTES = 3073;

/** Checksums of a PNG made right again. */
function withChecksums(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) break;
    view.setUint32(end - 4, crc32(bytes.subarray(at + 4, end - 4)));
    at = end;
  }
  return bytes;
}

async function readAny() {
  const { readImages } = await import('../../src/data/own/readImages.ts');
  const { nodeCodecs: codecs } = await import('../../src/data/nodeCodecs.ts');
  return (name: string) => (bytes: Uint8Array) =>
    readImages([fileOfBytes(name, bytes)], name, { codecs });
}

const zipOfImages = () => {
  const image = pngFile(testImage(3, 3, [1, 2, 3]));
  return zipSync({ 'a/1.png': image, 'b/1.png': image });
};

export const IMAGE_PARSERS: readonly Parser[] = [
  {
    name: 'png',
    weight: 15,
    refusals: DECODER,
    async open() {
      const { decodePng } = await import('../../src/data/image/png.ts');
      const seeds = [pngFile(testImage(3, 3, [1, 2, 3])), pngFile(testImage(9, 5, [1, 2, 3, 4]))];
      return ofBytes(seeds, decodePng, withChecksums);
    },
  },
  {
    name: 'gif',
    weight: 15,
    refusals: DECODER,
    async open() {
      const { decodeGif } = await import('../../src/data/image/gif.ts');
      return ofBytes([gifFile(9, 7, [], (x) => x % 4)], decodeGif);
    },
  },
  {
    name: 'jpeg-header',
    weight: 15,
    refusals: DECODER,
    async open() {
      const { checkJpeg } = await import('../../src/data/image/jpeg.ts');
      return ofBytes([await jpegFile(testImage(9, 7, [9, 99, 9]))], checkJpeg);
    },
  },
  {
    name: 'webp-header',
    weight: 15,
    refusals: DECODER,
    async open() {
      const { stillWebp } = await import('../../src/data/image/webp.ts');
      return ofBytes([await webpFile(testImage(9, 7, [9, 99, 9]))], stillWebp);
    },
  },
  {
    name: 'jpeg-webp',
    weight: 1,
    refusals: DECODER,
    async open() {
      const { decodeImage } = await import('../../src/data/image/decode.ts');
      const { nodeCodecs } = await import('../../src/data/nodeCodecs.ts');
      const image = testImage(9, 7, [9, 99, 9]);
      return ofBytes([await jpegFile(image), await webpFile(image)], (bytes) =>
        decodeImage(bytes, nodeCodecs),
      );
    },
  },
  {
    name: 'parquet-footer',
    weight: 15,
    refusals: [...DECODER, ...DATA],
    async open() {
      const { checkFooter } = await import('../../src/data/parquetFooter.ts');
      const { file } = parquetFixture({ count: 12 });
      const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
      const length = view.getUint32(file.length - 8, true);
      return ofBytes([file.slice(file.length - 8 - length, file.length - 8)], checkFooter);
    },
  },
  {
    name: 'parquet',
    weight: 1,
    refusals: DATA,
    open: async () =>
      ofBytes([parquetFixture({ count: 3, rowGroupSize: 2 }).file], (await readAny())('a.parquet')),
  },
  {
    name: 'idx',
    weight: 15,
    refusals: DECODER,
    async open() {
      const { idxImages, idxLabels } = await import('../../src/data/archives/idx.ts');
      const header = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2);
      const images = Buffer.concat([header, new Uint8Array(4)]);
      const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 3, 4);
      return ofBytes([new Uint8Array(images), labels], (bytes) =>
        bytes[3] === 1 ? idxLabels(bytes) : idxImages(bytes),
      );
    },
  },
  {
    name: 'cifar-python',
    weight: 6,
    refusals: DECODER,
    async open() {
      const { readPythonBatch } = await import('../../src/data/archives/cifar.ts');
      const seed = pickledBatch(new Uint8Array(RECORD_BYTES - 1), [3], 2);
      return ofBytes([seed], (bytes) => readPythonBatch(bytes, 10));
    },
  },
  {
    name: 'cifar-binary',
    weight: 6,
    refusals: DECODER,
    async open() {
      const { readBinaryBatch } = await import('../../src/data/archives/cifar.ts');
      return ofBytes([new Uint8Array(2 * RECORD_BYTES)], (bytes) => readBinaryBatch(bytes, 10));
    },
  },
  {
    name: 'class-folders',
    weight: 1,
    refusals: DATA,
    open: async () => ofBytes([zipOfImages()], (await readAny())('a.zip')),
  },
  {
    name: 'image-set',
    weight: 4,
    refusals: [...DECODER, ...DATA],
    async open() {
      const { readImageSet, writeImageSet } = await import('../../src/data/own/imageSetFile.ts');
      const set = await (await readAny())('a.zip')(zipOfImages());
      return ofBytes([writeImageSet(set)], readImageSet);
    },
  },
];
