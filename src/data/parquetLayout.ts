/** Reads and checks the footer of a Parquet file of images, and joins its row groups into chunks, one request each. */
import { type Compressors, type FileMetaData, parquetMetadata } from 'hyparquet';
import { DataError, reasonOf } from './dataError.ts';
import { mostUnpacked } from '../containers/limits.ts';
import { hasParquetMagic } from './httpBody.ts';
import { compressorsFor } from './parquetCodecs.ts';
import { type Columns, chooseColumns } from './parquetColumns.ts';
import { checkFooter } from './parquetFooter.ts';
import type { ChunkSpan, RandomAccessFile } from './types.ts';
import { t } from '../text/t.ts';

/** Row groups that are fetched by one request. */
export interface ParquetChunk extends ChunkSpan {
  readonly byteStart: number;
  readonly byteEnd: number;
}

export interface ParquetLayout {
  readonly metadata: FileMetaData;
  readonly columns: Columns;
  readonly compressors: Compressors;
  readonly chunks: readonly ParquetChunk[];
}

/** Adjacent row groups are fetched together up to this size. */
const REQUEST_BYTES = 1024 * 1024;
/** Up to this many unneeded bytes between row groups are cheaper to fetch than a second request. */
const MAX_GAP_BYTES = 8 * 1024;
const TAIL_BYTES = 64 * 1024;
/** Footers that repeat images as column statistics reach several MB. */
const MAX_FOOTER_BYTES = 64 * 1024 * 1024;
/** Columns and the groups that they are in. hyparquet's memory grows with their depth squared. */
const MAX_SCHEMA = 5000;
const MAX_ROWS = 1_000_000;
/** An image takes more, and one that repeats another is of no use. */
const LEAST_BYTES_PER_ROW = 8;
/** Unpacked, of one column. */
const MAX_BYTES_PER_ROW = 32 * 1024 * 1024;
/** Magic, footer length, magic. */
const MIN_FILE_BYTES = 12;

/**
 * Reads and checks the footer.
 * @throws DataError `broken` naming the fault
 */
export async function readLayout(
  file: RandomAccessFile,
  signal: AbortSignal | undefined,
): Promise<ParquetLayout> {
  const broken = (fault: string, cause?: unknown) =>
    new DataError(
      'broken',
      t`${file.name} cannot be read: ${fault}. Replace the file, or remove it to use the public data set.`,
      { cause },
    );
  if (file.byteLength < MIN_FILE_BYTES) throw broken(t`${file.byteLength} bytes are too few`);
  const footer = await readFooter(file, signal, broken);
  let metadata: FileMetaData;
  try {
    checkFooter(footer.subarray(0, -8));
    metadata = parquetMetadata(footer, { geoparquet: false });
    if (metadata.schema.length > MAX_SCHEMA) throw new Error(t`${metadata.schema.length} columns`);
  } catch (error) {
    throw broken(t`its footer is damaged (${reasonOf(error)})`, error);
  }
  let columns: Columns;
  let compressors: Compressors;
  try {
    columns = chooseColumns(metadata);
    compressors = await compressorsFor(metadata);
  } catch (error) {
    throw new DataError('unsupported', t`${file.name} ${reasonOf(error)}.`, { cause: error });
  }
  const groups: ParquetChunk[] = [];
  let start = 0;
  for (const [index, group] of metadata.row_groups.entries()) {
    const count = Number(group.num_rows);
    if (
      !(count > 0 && start + count <= Math.min(MAX_ROWS, file.byteLength / LEAST_BYTES_PER_ROW))
    ) {
      throw broken(t`row group ${index} claims ${count} rows`);
    }
    try {
      groups.push({ start, count, ...byteRange(group, columns, count, file.byteLength) });
    } catch (error) {
      throw broken(t`row group ${index} ${reasonOf(error)}`, error);
    }
    start += count;
  }
  if (groups.length === 0) throw broken(t`it has no rows`);
  if (Number(metadata.num_rows) !== start) {
    throw broken(t`its footer claims ${Number(metadata.num_rows)} rows, its row groups ${start}`);
  }
  return { metadata, columns, compressors, chunks: coalesce(groups) };
}

/** The footer with its length and closing magic, as `parquetMetadata` wants it. */
async function readFooter(
  file: RandomAccessFile,
  signal: AbortSignal | undefined,
  broken: (fault: string) => DataError,
): Promise<Uint8Array> {
  const { byteLength } = file;
  const tailStart = Math.max(0, byteLength - TAIL_BYTES);
  const tail = await file.read(tailStart, byteLength, signal);
  if (!hasParquetMagic(tail.subarray(-4))) {
    throw broken(t`it is cut short or no Parquet file (it does not end with PAR1)`);
  }
  const footerBytes = new DataView(tail.buffer, tail.byteOffset).getUint32(tail.length - 8, true);
  const footerStart = byteLength - 8 - footerBytes;
  if (footerBytes > MAX_FOOTER_BYTES || footerStart < 4) {
    throw broken(t`its footer claims ${footerBytes} bytes`);
  }
  if (footerStart >= tailStart) return tail.subarray(footerStart - tailStart);
  const front = await file.read(footerStart, tailStart, signal);
  const footer = new Uint8Array(front.length + tail.length);
  footer.set(front);
  footer.set(tail, front.length);
  return footer;
}

/**
 * The byte range of the columns of images and labels of a row group.
 * @throws Error naming what is missing or out of bounds
 */
function byteRange(
  group: FileMetaData['row_groups'][number],
  { image, label }: Columns,
  rows: number,
  fileBytes: number,
): Pick<ParquetChunk, 'byteStart' | 'byteEnd'> {
  const found = new Set<string>();
  let byteStart = Number.POSITIVE_INFINITY;
  let byteEnd = 0;
  for (const { meta_data: column } of group.columns) {
    const root = column?.path_in_schema[0];
    if (column === undefined || (root !== image.name && root !== label.name)) continue;
    const name = column.path_in_schema.join('.');
    found.add(name);
    const start = Number(column.dictionary_page_offset || column.data_page_offset);
    const end = start + Number(column.total_compressed_size);
    const size = Number(column.total_uncompressed_size);
    const most = Math.min(rows * MAX_BYTES_PER_ROW, mostUnpacked(end - start));
    if (!(start >= 4 && start < end && end <= fileBytes && size <= most)) {
      throw new Error(t`has column ${name} outside the file or of impossible size`);
    }
    byteStart = Math.min(byteStart, start);
    byteEnd = Math.max(byteEnd, end);
  }
  if (!found.has(image.path)) throw new Error(t`has no images (${image.path})`);
  if (!found.has(label.name)) throw new Error(t`has no labels (${label.name})`);
  return { byteStart, byteEnd };
}

/** Joins neighbours up to `REQUEST_BYTES`. The first row group stays alone, so that training starts early. */
function coalesce(groups: readonly ParquetChunk[]): ParquetChunk[] {
  const chunks: ParquetChunk[] = [];
  for (const group of groups) {
    const last = chunks.at(-1);
    const joins =
      last !== undefined &&
      chunks.length > 1 &&
      group.byteStart >= last.byteEnd &&
      group.byteStart - last.byteEnd <= MAX_GAP_BYTES &&
      group.byteEnd - last.byteStart <= REQUEST_BYTES;
    if (joins) {
      chunks[chunks.length - 1] = {
        ...last,
        count: last.count + group.count,
        byteEnd: group.byteEnd,
      };
    } else {
      chunks.push(group);
    }
  }
  return chunks;
}
