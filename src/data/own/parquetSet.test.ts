import { brotliCompressSync, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { nodeCodecs } from '../nodeCodecs.ts';
import { filesOf, jpegFile, pngFile, testImage } from '../testing/images.ts';
import { pngOf } from '../testing/pngOf.ts';
import { IMAGE_BYTES } from '../types.ts';
import { readImages } from './readImages.ts';

type Rows = readonly unknown[];
type Schema = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>;
const reading = { codecs: nodeCodecs };
const read = (files: Record<string, Uint8Array>) => readImages(filesOf(files), 'mine', reading);
const grey = (value: number) => pngFile(testImage(32, 32, [value, value, value]));

const STRUCT: Schema = [
  { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
  { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
  { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
];
const INT64: Schema = [{ name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' }];
const TEXT: Schema = [
  { name: 'label', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
];

/** Zstandard's frame around blocks that are stored as they are (RFC 8878). */
function storedZstd(bytes: Uint8Array): Uint8Array {
  const u32 = (value: number) => [
    value & 255,
    (value >> 8) & 255,
    (value >> 16) & 255,
    value >> 24,
  ];
  const parts: Uint8Array[] = [
    Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, ...u32(bytes.length)]),
  ];
  for (let at = 0; at < bytes.length; at += 100_000) {
    const block = bytes.subarray(at, at + 100_000);
    const isLast = at + 100_000 >= bytes.length ? 1 : 0;
    parts.push(Uint8Array.from(u32((block.length << 3) | isLast).slice(0, 3)), block);
  }
  return Buffer.concat(parts);
}

/** LZ4's block of literals alone. */
function storedLz4(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 15) return Uint8Array.from([bytes.length << 4, ...bytes]);
  const more = bytes.length - 15;
  const lengths = [...Array.from({ length: Math.floor(more / 255) }, () => 255), more % 255];
  return Buffer.concat([Uint8Array.from([0xf0, ...lengths]), bytes]);
}

/** A file of columns under their names, images by default as Hugging Face has them. */
function parquet(
  columns: Readonly<Record<string, Rows>>,
  schema: Schema = [...STRUCT, ...INT64],
  options: Partial<Parameters<typeof parquetWriteBuffer>[0]> = {},
): Uint8Array {
  const names = Object.keys(columns);
  const columnData = names.map((name) => ({ name, data: [...(columns[name] ?? [])] }));
  const root = { name: 'schema', num_children: names.length, repetition_type: 'REQUIRED' as const };
  const buffer = parquetWriteBuffer({ columnData, schema: [root, ...schema], ...options });
  return new Uint8Array(buffer);
}

const structs = (images: readonly (Uint8Array | null)[]) =>
  images.map((bytes, i) => ({ bytes, path: `${i}.png` }));
const renamed = (schema: Schema, name: string): Schema =>
  schema.map((element, i) => (i === 0 ? { ...element, name } : element));
/** Twelve images of three classes by number, the class in every pixel. */
const labels = Array.from({ length: 12 }, (_, i) => BigInt(i % 3));
const texts = labels.map(String);
const images = Array.from({ length: 12 }, (_, i) => grey(60 * (i % 3)));
const expectClasses = async (files: Record<string, Uint8Array>, values = [0, 60, 120]) => {
  const set = await read(files);
  for (const split of [set.train, set.test]) {
    for (const [i, label] of split.labels.entries()) {
      expect(split.pixels[i * IMAGE_BYTES]).toBe(values[label]);
    }
  }
  expect(set.train.labels.length).toBeGreaterThan(0);
  return set;
};

describe('Parquet as it is found', () => {
  it.each([
    ['GZIP', gzipSync],
    ['BROTLI', brotliCompressSync],
    ['ZSTD', storedZstd],
    ['LZ4_RAW', storedLz4],
  ] as const)('compressed with %s', async (codec, compress) => {
    const compressors = { [codec]: (bytes: Uint8Array) => new Uint8Array(compress(bytes)) };
    const columns = { image: structs(images), label: labels };
    const file = parquet(columns, undefined, { codec, compressors });
    await expectClasses({ 'train.parquet': file, 'test.parquet': file });
  });

  it.each(['image', 'img', 'pixel', 'picture'])('images in the column %s', async (name) => {
    const schema = [...renamed(STRUCT, name), ...INT64];
    const file = parquet({ [name]: structs(images), label: labels }, schema);
    await expectClasses({ 'a.parquet': file });
  });

  it.each(['label', 'labels', 'fine_label', 'target'])('labels in the column %s', async (name) => {
    const schema = [...STRUCT, ...renamed(INT64, name)];
    const file = parquet({ image: structs(images), [name]: labels }, schema);
    await expectClasses({ 'a.parquet': file });
  });

  it('plain bytes, text labels, and several shards with their split', async () => {
    const schema: Schema = [
      { name: 'image', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      ...TEXT,
    ];
    const shard = (names: readonly string[]) =>
      parquet(
        { image: names.map((name) => grey(name === 'bee' ? 60 : 120)), label: names },
        schema,
      );
    const set = await expectClasses(
      {
        'data/train-00000-of-00002.parquet': shard(['bee', 'wasp', 'bee']),
        'data/train-00001-of-00002.parquet': shard(['wasp', 'bee']),
        'data/test-00000-of-00001.parquet': shard(['wasp']),
      },
      [60, 120],
    );
    expect(set.classNames).toEqual(['bee', 'wasp']);
    expect([set.train.labels.length, set.test.labels.length]).toEqual([5, 1]);
  });

  it('the names of Hugging Face’s ClassLabel', async () => {
    const features = { label: { names: ['ant', 'bee', 'cat'], _type: 'ClassLabel' } };
    const kvMetadata = [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }];
    const file = parquet({ image: structs(images), label: labels }, undefined, { kvMetadata });
    expect((await read({ 'a.parquet': file })).classNames).toEqual(['ant', 'bee', 'cat']);
  });

  it('JPEG, grey, RGBA, palette, 16-bit and interlaced', async () => {
    const size = { width: 32, height: 32 };
    const palette = new Uint8Array(12).fill(60, 3, 6);
    const sample = (value: number) => () => value;
    const mixed = [
      await jpegFile(testImage(64, 64, [0, 0, 0])),
      pngOf({ ...size, depth: 8, colourType: 0, sample: sample(60) }),
      pngOf({ ...size, depth: 8, colourType: 6, sample: sample(120) }),
      grey(0),
      pngOf({ ...size, depth: 2, colourType: 3, palette, isInterlaced: true, sample: sample(1) }),
      pngOf({ ...size, depth: 16, colourType: 2, isInterlaced: true, sample: sample(120 * 257) }),
    ];
    const file = parquet({ image: structs(mixed), label: labels.slice(0, 6) });
    await expectClasses({ 'train.parquet': file, 'test.parquet': file });
  });

  it.each<[string, Uint8Array, RegExp]>([
    [
      'a null label, by its row',
      parquet({
        image: structs(images),
        label: labels.map((label, i) => (i === 7 ? null : label)),
      }),
      /a\.parquet cannot be used: row 7 has no label \(label is null\)/,
    ],
    [
      'a label of −1',
      parquet({ image: structs(images), label: labels.map((label, i) => (i === 2 ? -1n : label)) }),
      /row 2 has the label -1, which is no class/,
    ],
    [
      'a null image, by its row',
      parquet({
        image: structs(images).map((image, i) => (i === 4 ? null : image)),
        label: labels,
      }),
      /image 4: image is null/,
    ],
    [
      'an image that is only named',
      parquet({
        image: structs(images.map((image, i) => (i === 5 ? null : image))),
        label: labels,
      }),
      /image 5: image names a file \(5\.png\) and does not hold it/,
    ],
    [
      'a damaged image',
      parquet({
        image: structs(images.map((image, i) => (i === 3 ? image.slice(0, 40) : image))),
        label: labels,
      }),
      /image 3: PNG is cut short/,
    ],
    [
      'no labels',
      parquet({ image: structs(images), size: texts, note: texts }, [
        ...STRUCT,
        ...renamed(TEXT, 'size'),
        ...renamed(TEXT, 'note'),
      ]),
      /has no column of labels; its columns are image \{bytes: BYTE_ARRAY, path: UTF8\}, size: UTF8, note: UTF8/,
    ],
    [
      'no images',
      parquet({ text: texts, label: labels }, [...renamed(TEXT, 'text'), ...INT64]),
      /has no column of images; its columns are text: UTF8, label: INT64/,
    ],
    [
      'more rows than its bytes can hold',
      parquet({ image: Array(20_000).fill(structs(images)[0]), label: Array(20_000).fill(1n) }),
      /row group \d+ claims \d+ rows/,
    ],
    [
      'pages that unpack to a thousand times their size',
      parquet(
        {
          image: Array.from({ length: 40 }, (_, i) => ({
            bytes: new Uint8Array(2 ** 20).fill(i, 0, 1),
            path: null,
          })),
          label: Array.from({ length: 40 }, (_, i) => BigInt(i % 2)),
        },
        undefined,
        { codec: 'GZIP', compressors: { GZIP: (bytes) => gzipSync(bytes) } },
      ),
      /column image.bytes outside the file or of impossible size/,
    ],
    [
      'one class',
      parquet({ image: structs(images), label: labels.map(() => 0n) }),
      /has one class; 2 to 1,000 can be told apart/,
    ],
  ])('is refused with %s', async (_, file, fault) => {
    await expect(read({ 'a.parquet': file })).rejects.toThrow(fault);
  });
});
