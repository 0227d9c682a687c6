/** Decodes rows of a Parquet file in the column layout of `uoft-cs/cifar10`: `img` (PNG `bytes` and `path`) and `label`. */
import { parquetReadObjects } from 'hyparquet';
import { DataError, reasonOf } from './dataError.ts';
import type { FileMetaData, ParquetChunk } from './parquetLayout.ts';
import { decodeImage } from './png.ts';
import { IMAGE_BYTES, type Images, type RandomAccessFile } from './types.ts';

/** Images decoded before the thread's other tasks get their turn: about 15 ms. */
const IMAGES_AT_ONCE = 50;

/**
 * Decodes a chunk from its bytes [byteStart, byteEnd). Other tasks run in between.
 * @throws DataError `broken` naming the fault, or the signal's reason
 */
export async function decodeChunk(
  file: RandomAccessFile,
  metadata: FileMetaData,
  chunk: ParquetChunk,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Images> {
  const broken = (fault: string, cause?: unknown) =>
    new DataError(
      'broken',
      `${file.name} is damaged: ${fault}. Images read so far are kept; replace the file to get the rest.`,
      { cause },
    );
  const last = chunk.start + chunk.count;
  let rows: readonly unknown[];
  try {
    rows = await parquetReadObjects({
      file: {
        byteLength: file.byteLength,
        slice: (start, end = file.byteLength) =>
          bytes.slice(start - chunk.byteStart, end - chunk.byteStart).buffer,
      },
      metadata,
      columns: ['img', 'label'],
      rowStart: chunk.start,
      rowEnd: last,
      // By default, PNG bytes would be decoded as text.
      utf8: false,
    });
  } catch (error) {
    throw broken(`rows ${chunk.start}–${last - 1} cannot be unpacked (${reasonOf(error)})`, error);
  }
  if (rows.length !== chunk.count) {
    throw broken(`${rows.length} rows where its footer promises ${chunk.count}`);
  }
  const pixels = new Uint8Array(chunk.count * IMAGE_BYTES);
  const labels = new Uint8Array(chunk.count);
  for (const [i, row] of rows.entries()) {
    try {
      const { png, label } = checkRow(row);
      decodeImage(png, pixels.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES));
      labels[i] = label;
    } catch (error) {
      throw broken(`image ${chunk.start + i}: ${reasonOf(error)}`, error);
    }
    if (i % IMAGES_AT_ONCE === IMAGES_AT_ONCE - 1) await otherTasks(signal);
  }
  return { pixels, labels };
}

function checkRow(row: unknown): { png: Uint8Array; label: number } {
  if (typeof row !== 'object' || row === null || !('img' in row) || !('label' in row)) {
    throw new Error('img or label is missing');
  }
  const { img } = row;
  const png = typeof img === 'object' && img !== null && 'bytes' in img ? img.bytes : null;
  if (!(png instanceof Uint8Array)) throw new Error('img holds no bytes');
  const label = Number(row.label);
  if (!Number.isInteger(label) || label < 0 || label > 9) {
    throw new Error(`label ${String(row.label)} is not 0–9`);
  }
  return { png, label };
}

/** Lets timers, messages and other promises of this thread go first. */
export async function otherTasks(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}
