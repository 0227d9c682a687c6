/**
 * Checks the pages of Parquet columns before hyparquet decodes them. It trusts the counts in a page: a damaged one makes it
 * fill memory or run for minutes. The format: https://parquet.apache.org/docs/file-format/.
 */
import { type Compressors, type FileMetaData, parquetSchema } from 'hyparquet';
import { mostUnpacked } from '../containers/limits.ts';
import { reasonOf } from './dataError.ts';
import { PageReader, type ThriftStruct } from './parquetBytes.ts';
import { walkDeltas, walkHybrid } from './parquetRuns.ts';
import { t } from '../text/t.ts';

type SchemaNode = ReturnType<typeof parquetSchema>;
type ColumnMetaData = NonNullable<
  FileMetaData['row_groups'][number]['columns'][number]['meta_data']
>;

const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;

const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const RLE = 3;
const DELTA_BINARY_PACKED = 5;
const DELTA_LENGTH_BYTE_ARRAY = 6;
const DELTA_BYTE_ARRAY = 7;
const RLE_DICTIONARY = 8;
const BYTE_STREAM_SPLIT = 9;

/** Values of lists in one row: an image of 1182 × 1182 pixels. */
const MAX_LIST_VALUES_PER_ROW = 2 ** 22;
/** Each becomes a number of 8 bytes several times over. Pixels of drawings pack to an eighth of a byte. */
const MAX_LIST_VALUES = 2 ** 27;
const LEAST_LIST_VALUES = 2 ** 22;
const LIST_VALUES_PER_BYTE = 8;

/** The fewest bits of a value; a text's are those of its length. */
const PLAIN_BITS: Partial<Record<ColumnMetaData['type'], number>> = {
  BOOLEAN: 1,
  INT32: 32,
  INT64: 64,
  INT96: 96,
  FLOAT: 32,
  DOUBLE: 64,
  BYTE_ARRAY: 32,
};

interface Column {
  readonly meta: ColumnMetaData;
  /** From the schema's root to the leaf. */
  readonly path: readonly SchemaNode[];
  readonly maxDefinition: number;
  readonly maxRepetition: number;
  readonly compressors: Compressors;
}

/**
 * Checks the columns of whole row groups.
 * @param bytesOf the file's bytes from `start` to `end`
 * @throws Error naming the column and the fault
 */
export async function checkPages(
  metadata: FileMetaData,
  compressors: Compressors,
  bytesOf: (start: number, end: number) => ArrayBuffer | Promise<ArrayBuffer>,
  names: readonly string[],
  rows: { readonly start: number; readonly count: number },
): Promise<void> {
  const schema = parquetSchema(metadata);
  let start = 0;
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows);
    const isRead = start < rows.start + rows.count && start + count > rows.start;
    start += count;
    if (!isRead) continue;
    for (const { meta_data: meta } of group.columns) {
      if (meta === undefined || !names.includes(meta.path_in_schema[0] ?? '')) continue;
      const from = Number(meta.dictionary_page_offset || meta.data_page_offset);
      const bytes = await bytesOf(from, from + Number(meta.total_compressed_size));
      try {
        checkChunk(new Uint8Array(bytes), columnOf(schema, meta, compressors), count);
      } catch (error) {
        throw new Error(`column ${meta.path_in_schema.join('.')}: ${reasonOf(error)}`);
      }
    }
  }
}

function columnOf(schema: SchemaNode, meta: ColumnMetaData, compressors: Compressors): Column {
  const path = [schema];
  for (const name of meta.path_in_schema) {
    const child = path.at(-1)?.children.find(({ element }) => element.name === name);
    if (child === undefined) throw new Error(t`the schema has no ${name}`);
    path.push(child);
  }
  const repetitions = path.map(({ element }) => element.repetition_type);
  const maxDefinition = repetitions.slice(1).filter((type) => type !== 'REQUIRED').length;
  const maxRepetition = repetitions.filter((type) => type === 'REPEATED').length;
  return { meta, path, maxDefinition, maxRepetition, compressors };
}

/** Walks the pages that hyparquet decodes: of a plain column as many as its rows need, of others all. */
function checkChunk(bytes: Uint8Array, column: Column, rows: number): void {
  const { meta, path, maxRepetition } = column;
  const isList = maxRepetition > 0;
  const isPlain = path.length === 2 && !isList && path[1]?.children.length === 0;
  const announced = Math.min(Number(meta.num_values), rows * MAX_LIST_VALUES_PER_ROW);
  const mostValues = Math.min(
    MAX_LIST_VALUES,
    LEAST_LIST_VALUES + LIST_VALUES_PER_BYTE * bytes.length,
  );
  let valuesLeft = isList ? Math.min(announced, mostValues) : rows;
  let bytesLeft = mostUnpacked(bytes.length);
  const reader = new PageReader(bytes);
  while (reader.left > 1 && !(isPlain && valuesLeft === 0)) {
    const header = reader.struct();
    const type = header.get(1);
    const unpackedBytes = numberOf(header, 2);
    if (!(unpackedBytes >= 0 && unpackedBytes <= bytesLeft)) {
      throw new Error(t`a page claims ${unpackedBytes} bytes`);
    }
    bytesLeft -= unpackedBytes;
    const body = reader.part(numberOf(header, 3));
    if (type === DICTIONARY_PAGE) {
      const page = unpacked(body.rest(), unpackedBytes, column);
      checkPlain(new PageReader(page), column, numberOf(structOf(header, 7), 1));
      continue;
    }
    const isV2 = type === DATA_PAGE_V2;
    if (!isV2 && type !== DATA_PAGE) throw new Error(t`a page of unknown type ${String(type)}`);
    const fields = structOf(header, isV2 ? 8 : 5);
    const count = numberOf(fields, 1);
    if (!(count >= 0 && count <= valuesLeft)) {
      throw new Error(t`a page claims ${count} values where ${valuesLeft} are left`);
    }
    valuesLeft -= count;
    if (isV2) checkDataPageV2(body, unpackedBytes, fields, column);
    else checkDataPage(unpacked(body.rest(), unpackedBytes, column), fields, column);
  }
}

function checkDataPage(page: Uint8Array, fields: ThriftStruct, column: Column): void {
  const reader = new PageReader(page);
  const count = numberOf(fields, 1);
  const levels = (max: number) =>
    max === 0 ? count : walkHybrid(reader.part(reader.uint32()), bitWidth(max), count, max);
  levels(column.maxRepetition);
  const present = levels(column.maxDefinition);
  checkValues(reader, numberOf(fields, 2), column, present, column.meta.type === 'BOOLEAN');
}

function checkDataPageV2(
  body: PageReader,
  unpackedBytes: number,
  fields: ThriftStruct,
  column: Column,
): void {
  const count = numberOf(fields, 1);
  const present = count - numberOf(fields, 2);
  if (!(present >= 0 && present <= count)) throw new Error(t`a page with ${present} values`);
  const levelBytes = numberOf(fields, 6) + numberOf(fields, 5);
  const levels = (reader: PageReader, max: number) => {
    if (max > 0) walkHybrid(reader, bitWidth(max), count);
  };
  levels(body.part(numberOf(fields, 6)), column.maxRepetition);
  levels(body.part(numberOf(fields, 5)), column.maxDefinition);
  const isPacked = fields.get(7) !== false;
  const values = isPacked ? unpacked(body.rest(), unpackedBytes - levelBytes, column) : body.rest();
  const encoding = numberOf(fields, 4);
  checkValues(new PageReader(values), encoding, column, present, encoding === RLE);
}

/** @param isPrefixed booleans' runs come after their length in bytes, indices after their width in bits */
function checkValues(
  reader: PageReader,
  encoding: number,
  column: Column,
  count: number,
  isPrefixed: boolean,
): void {
  if (count === 0) return;
  switch (encoding) {
    case PLAIN:
    case BYTE_STREAM_SPLIT:
      checkPlain(reader, column, count);
      break;
    case PLAIN_DICTIONARY:
    case RLE_DICTIONARY:
    case RLE: {
      const runs = isPrefixed ? reader.part(reader.uint32()) : reader;
      const width = isPrefixed ? 1 : reader.byte();
      // Without bits, all are the dictionary's first, and a writer may leave out the run.
      if (width > 0 || runs.left > 0) walkHybrid(runs, width, count);
      break;
    }
    case DELTA_BYTE_ARRAY:
      walkDeltas(reader, count);
      walkDeltas(reader, count);
      break;
    case DELTA_BINARY_PACKED:
    case DELTA_LENGTH_BYTE_ARRAY:
      walkDeltas(reader, count);
      break;
    default:
      throw new Error(t`an encoding that is not known (${encoding})`);
  }
}

function checkPlain(reader: PageReader, { meta, path }: Column, count: number): void {
  const bits = PLAIN_BITS[meta.type] ?? 8 * (path.at(-1)?.element.type_length ?? 0);
  if (!(count >= 0 && bits > 0 && count * bits <= reader.left * 8)) {
    throw new Error(t`${count} values in ${reader.left} bytes`);
  }
}

/** As hyparquet unpacks a page. */
function unpacked(
  packed: Uint8Array,
  byteLength: number,
  { meta, compressors }: Column,
): Uint8Array {
  if (byteLength < 0) throw new Error(t`a page claims ${byteLength} bytes`);
  const page = compressors[meta.codec]?.(packed, byteLength) ?? packed;
  if (page.length !== byteLength) {
    throw new Error(t`a page of ${page.length} bytes claims ${byteLength}`);
  }
  return page;
}

function numberOf(fields: ThriftStruct, id: number): number {
  const value = fields.get(id);
  if (typeof value !== 'number') throw new Error(t`a page header without its counts`);
  return value;
}

function structOf(fields: ThriftStruct, id: number): ThriftStruct {
  const value = fields.get(id);
  if (!(value instanceof Map)) throw new Error(t`a page header without its counts`);
  return value;
}

/** Of levels up to `max`. */
const bitWidth = (max: number): number => 32 - Math.clz32(max);
