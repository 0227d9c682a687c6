/** Reads and decodes rows of a Parquet file of images. */
import { parquetReadObjects } from 'hyparquet';
import { DataError, reasonOf } from './dataError.ts';
import type { Codecs } from './image/codecs.ts';
import { decodeImage, isImage } from './image/decode.ts';
import { fitted } from './image/fit.ts';
import { decodePng, isPng } from './image/png.ts';
import { numbersImage, rawImage } from './image/rawImage.ts';
import type { Fit, RgbImage } from './image/rgbImage.ts';
import { classOf, type RawLabel, rawLabel } from './parquetLabels.ts';
import type { ImageColumn } from './parquetColumns.ts';
import type { ParquetChunk, ParquetLayout } from './parquetLayout.ts';
import { checkPages } from './parquetPages.ts';
import { IMAGE_BYTES, type Images, type RandomAccessFile } from './types.ts';
import { t } from '../text/t.ts';

/** Images decoded before the thread's other tasks get their turn: about 15 ms. */
const IMAGES_AT_ONCE = 50;

/** What rows become. */
export interface RowReading {
  readonly codecs: Codecs;
  readonly fit: Fit;
  readonly classNames: readonly string[];
}

/**
 * Decodes a chunk from its bytes [byteStart, byteEnd). Other tasks run in between.
 * @throws DataError `broken` naming the row and the fault, or the signal's reason
 */
export async function decodeChunk(
  file: RandomAccessFile,
  layout: ParquetLayout,
  chunk: ParquetChunk,
  bytes: Uint8Array,
  { codecs, fit, classNames }: RowReading,
  signal: AbortSignal | undefined,
): Promise<Images> {
  const { columns } = layout;
  const broken = (fault: string, cause?: unknown) =>
    new DataError(
      'broken',
      t`${file.name} is damaged: ${fault}. Images read so far are kept; replace the file to get the rest.`,
      { cause },
    );
  const slice = (start: number, end: number) =>
    bytes.slice(start - chunk.byteStart, end - chunk.byteStart).buffer;
  const names = [columns.image.name, columns.label.name];
  const rows = await readRows(file, layout, slice, names, chunk).catch((error: unknown) => {
    const last = chunk.start + chunk.count - 1;
    throw broken(t`rows ${chunk.start}–${last} cannot be unpacked (${reasonOf(error)})`, error);
  });
  if (rows.length !== chunk.count) {
    throw broken(t`${rows.length} rows where its footer promises ${chunk.count}`);
  }
  const pixels = new Uint8Array(chunk.count * IMAGE_BYTES);
  const labels = new Uint16Array(chunk.count);
  for (const [i, row] of rows.entries()) {
    try {
      labels[i] = classOf(rawLabel(valueAt(row, columns.label.name), columns.label), classNames);
      const image = await imageOf(valueAt(row, columns.image.name), columns.image, codecs);
      pixels.set(fitted(image, fit), i * IMAGE_BYTES);
    } catch (error) {
      throw broken(t`image ${chunk.start + i}: ${reasonOf(error)}`, error);
    }
    if (i % IMAGES_AT_ONCE === IMAGES_AT_ONCE - 1) await otherTasks(signal);
  }
  return { pixels, labels };
}

/**
 * The labels of all rows, as the file has them; images are not read.
 * @throws DataError `broken` naming the first row without a label
 */
export async function readLabels(
  file: RandomAccessFile,
  layout: ParquetLayout,
  signal: AbortSignal | undefined,
): Promise<RawLabel[]> {
  const { label } = layout.columns;
  const count = Number(layout.metadata.num_rows);
  const slice = async (start: number, end: number) =>
    Uint8Array.from(await file.read(start, end, signal)).buffer;
  const unusable = (fault: string, cause: unknown) =>
    new DataError('broken', t`${file.name} cannot be used: ${fault}.`, { cause });
  const all = { start: 0, count };
  const rows = await readRows(file, layout, slice, [label.name], all).catch((error: unknown) => {
    throw unusable(t`its labels cannot be unpacked (${reasonOf(error)})`, error);
  });
  return rows.map((row, i) => {
    try {
      return rawLabel(valueAt(row, label.name), label);
    } catch (error) {
      throw unusable(t`row ${i} has ${reasonOf(error)}. Remove that row or give it a label`, error);
    }
  });
}

/** Rows of some columns. @throws whatever is wrong with them */
async function readRows(
  { byteLength }: RandomAccessFile,
  { metadata, compressors }: ParquetLayout,
  slice: (start: number, end: number) => ArrayBuffer | Promise<ArrayBuffer>,
  columns: string[],
  rows: { readonly start: number; readonly count: number },
): Promise<readonly unknown[]> {
  await checkPages(metadata, compressors, slice, columns, rows);
  return parquetReadObjects({
    file: { byteLength, slice: (from, end = byteLength) => slice(from, end) },
    metadata,
    compressors,
    columns,
    rowStart: rows.start,
    rowEnd: rows.start + rows.count,
    // By default, images would be decoded as text.
    utf8: false,
    geoparquet: false,
  });
}

const valueAt = (row: unknown, name: string): unknown =>
  typeof row === 'object' && row !== null ? Reflect.get(row, name) : undefined;

async function imageOf(
  value: unknown,
  { name, kind }: ImageColumn,
  codecs: Codecs,
): Promise<RgbImage> {
  if (kind === 'numbers') return numbersImage(value);
  const isStruct = typeof value === 'object' && value !== null && 'bytes' in value;
  const bytes = isStruct ? value.bytes : value;
  if (bytes instanceof Uint8Array) {
    if (isPng(bytes)) return decodePng(bytes);
    return (isImage(bytes) ? null : rawImage(bytes)) ?? decodeImage(bytes, codecs);
  }
  const path = isStruct && 'path' in value ? value.path : null;
  throw new Error(
    typeof path === 'string'
      ? t`${name} names a file (${path.slice(0, 80)}) and does not hold it`
      : t`${name} is null`,
  );
}

/** Lets timers, messages and other promises of this thread go first. */
export async function otherTasks(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}
