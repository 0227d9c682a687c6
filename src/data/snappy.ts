/** Snappy's block format: https://github.com/google/snappy/blob/main/format_description.txt. */
import { PageReader } from './parquetBytes.ts';
import { t } from '../text/t.ts';

/**
 * Unpacks a block that gives `byteLength` bytes. hyparquet's own decoder takes a literal's length as signed, so that a damaged
 * block can lead it in circles.
 * @throws Error where the block reaches beyond its own bytes or those it gives
 */
export function unpackSnappy(packed: Uint8Array, byteLength: number): Uint8Array {
  const output = new Uint8Array(byteLength);
  // A page of nulls alone may have no block at all.
  if (packed.length === 0 && byteLength === 0) return output;
  const reader = new PageReader(packed);
  reader.varint();
  let at = 0;
  const room = (length: number) => {
    if (length > byteLength - at)
      throw new Error(t`a Snappy block of more than ${byteLength} bytes`);
  };
  while (reader.left > 0) {
    const tag = reader.byte();
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const length = (short < 60 ? short : littleEndian(reader, short - 59)) + 1;
      room(length);
      output.set(reader.part(length).rest(), at);
      at += length;
    } else {
      const length = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
      const back =
        kind === 1 ? ((tag >> 5) << 8) | reader.byte() : littleEndian(reader, kind === 2 ? 2 : 4);
      room(length);
      if (back < 1 || back > at)
        throw new Error(t`a Snappy block that refers to no bytes of its own`);
      // Repeats what it has just written where it reaches so far.
      for (const end = at + length; at < end; at++) output[at] = output[at - back] ?? 0;
    }
  }
  if (at !== byteLength) throw new Error(t`a Snappy block of ${at} bytes claims ${byteLength}`);
  return output;
}

function littleEndian(reader: PageReader, bytes: number): number {
  let value = 0;
  for (let i = 0; i < bytes; i++) value += reader.byte() * 256 ** i;
  return value;
}
