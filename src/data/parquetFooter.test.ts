import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { nodeCodecs } from './nodeCodecs.ts';
import { fileOfBytes } from './own/inputFile.ts';
import { readImages } from './own/readImages.ts';
import { checkFooter } from './parquetFooter.ts';
import { pngFile, testImage } from './testing/images.ts';

/** A file that is a footer alone. */
function fileOf(footer: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([Buffer.from('PAR1'), footer, length, Buffer.from('PAR1')]);
}
const read = (file: Uint8Array) =>
  readImages([fileOfBytes('a.parquet', file)], 'mine', { codecs: nodeCodecs });

const parquet = () =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        {
          name: 'image',
          type: 'BYTE_ARRAY',
          data: [0, 1, 2, 3].map((i) => pngFile(testImage(4, 4, [9 * i, 0, 0]))),
        },
        { name: 'label', type: 'INT32', data: [0, 1, 0, 1] },
      ],
    }),
  );
function footerOf(file: Uint8Array): Uint8Array {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(file.length - 8, true);
  return file.subarray(file.length - 8 - length, file.length - 8);
}

describe('checkFooter', () => {
  it('takes the footer of a whole file', () => {
    expect(() => checkFooter(footerOf(parquet()))).not.toThrow();
  });

  it('refuses one that ends early, wherever', () => {
    const footer = footerOf(parquet());
    for (let end = 0; end < footer.length; end++) {
      expect(() => checkFooter(footer.subarray(0, end)), `${end} bytes`).toThrow();
    }
  });

  const fiveMillion = [0xc0, 0x96, 0xb1, 0x02];
  it.each<[string, readonly number[], number, number, RegExp]>([
    // A field 1 of each kind, then its content.
    ['millions of empty texts', [0x19, 0xf8, ...fiveMillion], 0, 5_000_000, /4 million values/],
    ['millions of empty structs', [0x19, 0xfc, ...fiveMillion], 0, 5_000_000, /4 million values/],
    ['a number without end', [0x16], 0x80, 1_000_000, /more than 64 bits/],
    ['structs in structs', [], 0x1c, 1_000_000, /nested 33 deep/],
    ['a list longer than the file', [0x19, 0xf5, 0xff, 0xff, 0xff, 0x7f], 0, 9, /a list of/],
  ])('refuses %s, soon', async (_, start, byte, count, fault) => {
    const footer = new Uint8Array(start.length + count).fill(byte);
    footer.set(start);
    await expect(read(fileOf(footer))).rejects.toThrow(fault);
  });
});

it('refuses a file whose footer and row groups disagree on its rows', async () => {
  const file = parquet();
  // Field 3 (i64) after the schema: 4 rows, zigzag 8; a list follows as field 4.
  const at = Buffer.from(file).lastIndexOf(Buffer.from([0x16, 8, 0x19]));
  expect(at).toBeGreaterThan(0);
  file[at + 1] = 10;
  await expect(read(file)).rejects.toThrow('its footer claims 5 rows, its row groups 4');
});
