/** Walks Parquet's encodings whose claimed lengths can exceed what a page holds. */
import type { PageReader } from './parquetBytes.ts';
import { t } from '../text/t.ts';

/**
 * Walks `count` values of the hybrid of run lengths and bit packing, `width` bits each. A bit-packed run may be padded to a multiple of 8 values.
 * @param target counted where given; needs `width` ≤ 8
 * @returns how many values equal `target`
 * @throws Error where a run exceeds the values or bytes left
 */
export function walkHybrid(
  reader: PageReader,
  width: number,
  count: number,
  target?: number,
): number {
  if (width > 32) throw new Error(t`values of ${width} bits`);
  let left = count;
  let found = 0;
  while (left > 0) {
    const header = reader.varint();
    const isPacked = (header & 1) === 1;
    const run = (header >>> 1) * (isPacked ? 8 : 1);
    // hyparquet misreads what follows a packed run without bytes.
    const isEmpty = isPacked && (run === 0 || (width === 0 && run < left));
    if (isEmpty || run >= left + (isPacked ? 8 : 1)) {
      throw new Error(t`a run of ${run} values where ${left} are left`);
    }
    const values = reader.part(Math.ceil(((isPacked ? run : 1) * width) / 8));
    if (!isPacked) {
      if (values.bytes[values.offset] === target) found += run;
    } else if (target !== undefined) {
      found += countPacked(values, width, Math.min(run, left), target);
    }
    left -= run;
  }
  return found;
}

function countPacked(
  { bytes, offset }: PageReader,
  width: number,
  count: number,
  target: number,
): number {
  const mask = (1 << width) - 1;
  let found = 0;
  for (let bit = 0; bit < count * width; bit += width) {
    const at = offset + (bit >> 3);
    const pair = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    if (((pair >> (bit & 7)) & mask) === target) found++;
  }
  return found;
}

/**
 * Walks `count` differences in blocks of miniblocks (DELTA_BINARY_PACKED).
 * @throws Error where they exceed the bytes left
 */
export function walkDeltas(reader: PageReader, count: number): void {
  const blockSize = reader.varint();
  const miniblocks = reader.varint();
  const size = blockSize / miniblocks;
  if (!(size >= 1 && Number.isInteger(size) && miniblocks <= reader.left)) {
    throw new Error(t`blocks of ${blockSize} values in ${miniblocks} parts`);
  }
  reader.varint();
  reader.skipVarint64();
  let left = count - 1;
  while (left > 0) {
    reader.skipVarint64();
    const { bytes, offset, end } = reader.part(miniblocks);
    for (const width of bytes.subarray(offset, end)) {
      if (left <= 0) break;
      const needed = Math.ceil((Math.min(left, size) * width) / 8);
      // The padding of the last miniblock may be missing.
      reader.part(Math.max(needed, Math.min(Math.ceil((size * width) / 8), reader.left)));
      left -= size;
    }
  }
}
