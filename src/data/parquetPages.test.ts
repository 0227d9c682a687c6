import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { nodeCodecs } from './nodeCodecs.ts';
import { fileOfBytes } from './own/inputFile.ts';
import { readImages } from './own/readImages.ts';
import { pngFile, testImage } from './testing/images.ts';
import { IMAGE_BYTES } from './types.ts';

type Column = Parameters<typeof parquetWriteBuffer>[0]['columnData'][number];

const COUNT = 24;
const classes = Array.from({ length: COUNT }, (_, i) => i % 3);
const images = classes.map((label) => pngFile(testImage(32, 32, [60 * label, 0, 0])));

/** Optional columns `image`, bytes, and `label`, by default a number. */
function parquet(
  label: Partial<Column> = {},
  codec: 'UNCOMPRESSED' | 'SNAPPY' = 'UNCOMPRESSED',
): Uint8Array {
  const columnData = [
    { name: 'image', type: 'BYTE_ARRAY' as const, data: images },
    { name: 'label', type: 'INT64' as const, data: classes.map(BigInt), ...label },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, codec }));
}

const read = (file: Uint8Array) =>
  readImages([fileOfBytes('a.parquet', file)], 'mine', { codecs: nodeCodecs });

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
}
/** A field of type i32 right after the one before. */
const i32 = (value: number) => [0x15, ...varint(2 * value)];
/** Definition levels of a page without nulls. */
const PRESENT = [2, 0, 0, 0, COUNT << 1, 1];

interface Page {
  readonly type?: number;
  readonly unpackedBytes?: number;
  /** Fields of its data page header, or of its dictionary's. */
  readonly fields: readonly (readonly number[])[];
  readonly body: readonly number[];
}

/** A file whose column starts with that page; the page's bytes reach to the column's end. */
function withPage(name: string, { type = 0, unpackedBytes, fields, body }: Page): Uint8Array {
  const file = parquet();
  const chunks = parquetMetadata(file).row_groups[0]?.columns ?? [];
  const meta = chunks.find((chunk) => chunk.meta_data?.path_in_schema[0] === name)?.meta_data;
  if (meta === undefined) throw new Error(`no column ${name}`);
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const end = start + Number(meta.total_compressed_size);
  const header = (bytes: number) => {
    const sizes = [...i32(type), ...i32(unpackedBytes ?? bytes), ...i32(bytes)];
    return [...sizes, type === 0 ? 0x2c : 0x4c, ...fields.flat(), 0, 0];
  };
  let bytes = end - start;
  while (header(bytes).length + bytes > end - start) bytes--;
  file.fill(0, start, end);
  file.set([...header(bytes), ...body], start);
  return file;
}
const dataPage = (values: number, encoding: number) => [i32(values), i32(encoding), i32(3), i32(3)];

describe('a page that claims too much', () => {
  it.each<[string, Page, RegExp]>([
    [
      'levels',
      { fields: dataPage(COUNT, 0), body: [6, 0, 0, 0, ...varint(2 ** 31), 1] },
      /column label: a run of 1073741824 values where 24 are left/,
    ],
    [
      'packed levels',
      { fields: dataPage(COUNT, 0), body: [6, 0, 0, 0, ...varint(2 ** 31 + 1), 1] },
      /a run of 8589934592 values where 24 are left/,
    ],
    [
      'values',
      { fields: dataPage(2 ** 30, 0), body: [] },
      /a page claims 1073741824 values where 24 are left/,
    ],
    [
      'unpacked bytes',
      { unpackedBytes: 2 ** 30, fields: dataPage(COUNT, 0), body: [] },
      /a page claims 1073741824 bytes/,
    ],
    [
      'entries of a dictionary',
      { type: 2, fields: [i32(2 ** 30), i32(0)], body: [] },
      /1073741824 values in \d+ bytes/,
    ],
    [
      'indices',
      { fields: dataPage(COUNT, 8), body: [...PRESENT, 2, ...varint(2 ** 31), 1] },
      /a run of 1073741824 values where 24 are left/,
    ],
    [
      'parts of a block',
      { fields: dataPage(COUNT, 5), body: [...PRESENT, 128, 1, ...varint(2 ** 32 - 1), 24, 0] },
      /blocks of 128 values in 4294967295 parts/,
    ],
  ])('%s', async (_, page, fault) => {
    await expect(read(withPage('label', page))).rejects.toThrow(fault);
  });

  it('is named with the rows it holds', async () => {
    const body = [6, 0, 0, 0, ...varint(2 ** 31), 1];
    const file = withPage('image', { fields: dataPage(COUNT, 0), body });
    await expect(read(file)).rejects.toThrow(
      'a.parquet is damaged: rows 0–23 cannot be unpacked (column image: a run of 1073741824 values where 24 are left).',
    );
  });
});

describe('pages as they should be', () => {
  const texts = classes.map((label) => `class ${label}`);
  it.each<[NonNullable<Column['encoding']>, Partial<Column>]>([
    ['PLAIN', {}],
    ['BYTE_STREAM_SPLIT', {}],
    ['DELTA_BINARY_PACKED', {}],
    ['RLE_DICTIONARY', {}],
    ['PLAIN', { type: 'STRING', data: texts }],
    ['DELTA_LENGTH_BYTE_ARRAY', { type: 'STRING', data: texts }],
    ['DELTA_BYTE_ARRAY', { type: 'STRING', data: texts }],
    ['RLE_DICTIONARY', { type: 'STRING', data: texts }],
    ['RLE', { type: 'BOOLEAN', data: classes.map((label) => label === 1) }],
  ])('%s is read', async (encoding, column) => {
    for (const codec of ['UNCOMPRESSED', 'SNAPPY'] as const) {
      const { train } = await read(parquet({ ...column, encoding }, codec));
      const isBoolean = column.type === 'BOOLEAN';
      for (const [i, value] of train.labels.entries()) {
        const red = (train.pixels[i * IMAGE_BYTES] ?? 0) / 60;
        expect(value).toBe(isBoolean ? Number(red === 1) : red);
      }
    }
  });
});
