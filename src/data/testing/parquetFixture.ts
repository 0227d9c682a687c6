/** Parquet files in the column layout of `uoft-cs/cifar10`, filled with synthetic shapes, for tests to read. */
import { encode } from 'fast-png';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { drawShapes } from '../syntheticShapes.ts';
import { IMAGE_BYTES, IMAGE_SIZE, type Images } from '../types.ts';

interface Fixture {
  readonly file: Uint8Array;
  /** What reading the file must return. */
  readonly images: Images;
}

interface FixtureOptions {
  readonly count: number;
  readonly seed?: number;
  readonly rowGroupSize?: number;
  /** Replaces a PNG by other bytes. */
  readonly changePng?: (png: Uint8Array, index: number) => Uint8Array;
  readonly changeLabel?: (label: number, index: number) => number;
}

/** Row groups of 100, Snappy, like the public files. */
export function parquetFixture(options: FixtureOptions): Fixture {
  const { count, seed = 1, rowGroupSize = 100 } = options;
  const images = drawShapes(seed, 0, count);
  const rows = Array.from({ length: count }, (_, i) => {
    const data = images.pixels.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
    const png = encode({ width: IMAGE_SIZE, height: IMAGE_SIZE, channels: 3, depth: 8, data });
    return { bytes: options.changePng?.(png, i) ?? png, path: null };
  });
  const labels = Array.from(images.labels, (label, i) =>
    BigInt(options.changeLabel?.(label, i) ?? label),
  );
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'img', data: rows },
      { name: 'label', data: labels },
    ],
    schema: [
      { name: 'schema', num_children: 2, repetition_type: 'REQUIRED' },
      { name: 'img', num_children: 2, repetition_type: 'OPTIONAL' },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
    ],
    rowGroupSize,
    codec: 'SNAPPY',
  });
  return { file: new Uint8Array(buffer), images };
}
