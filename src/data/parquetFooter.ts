/**
 * Checks a Parquet footer before hyparquet reads it, which builds an object for every value it finds and takes numbers of
 * any length: 64 MB could become 10 GB, or hold up the thread for hours. The format is Thrift's compact protocol:
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md.
 */
import { PageReader } from './parquetBytes.ts';
import { t } from '../text/t.ts';

/** A thousand row groups of fifty columns have about 1.5 million. */
const MAX_VALUES = 4_000_000;
/** Parquet's own structs nest eight deep. */
const MAX_DEPTH = 32;

const STOP = 0;
const LIST = 9;
const STRUCT = 12;

/** How a value of each type is passed over; lists and structs apart. Booleans in structs are told by their type. */
const SKIP: Readonly<Record<number, (reader: PageReader) => void>> = {
  1: () => undefined,
  2: () => undefined,
  3: (reader) => reader.part(1),
  4: (reader) => reader.varint(),
  5: (reader) => reader.varint(),
  6: (reader) => reader.skipVarint64(),
  7: (reader) => reader.part(8),
  8: (reader) => reader.part(reader.varint()),
};

/**
 * @param footer the metadata alone, without its length and the closing magic.
 * @throws Error for values that reach past its end, more of them than a real file has, or structs nested deeper
 */
export function checkFooter(footer: Uint8Array): void {
  const reader = new PageReader(footer);
  let values = 0;
  const countValues = (more: number): void => {
    values += more;
    if (values > MAX_VALUES) throw new Error(t`more than ${MAX_VALUES / 1e6} million values`);
  };
  const skip = (type: number, depth: number): void => {
    if (depth > MAX_DEPTH) throw new Error(t`structs nested ${depth} deep`);
    const skipPlain = SKIP[type];
    if (type === STRUCT) skipStruct(depth);
    else if (type === LIST) skipList(depth);
    else if (skipPlain === undefined) throw new Error(t`a field of type ${type}`);
    else skipPlain(reader);
  };
  const skipStruct = (depth: number): void => {
    for (;;) {
      const head = reader.byte();
      if ((head & 15) === STOP) return;
      if (head >> 4 === 0) reader.varint();
      countValues(1);
      skip(head & 15, depth + 1);
    }
  };
  const skipList = (depth: number): void => {
    const head = reader.byte();
    const length = head >> 4 === 15 ? reader.varint() : head >> 4;
    // Every item has a byte at least.
    if (length > reader.left)
      throw new Error(t`a list of ${length} where ${reader.left} bytes are left`);
    countValues(length);
    const type = head & 15;
    const isBoolean = type === 1 || type === 2;
    for (let i = 0; i < length; i++) {
      if (isBoolean) reader.part(1);
      else skip(type, depth + 1);
    }
  };
  skipStruct(0);
}
