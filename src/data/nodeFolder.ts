/** A local folder with the two Parquet files. For Node only: nothing that runs in a browser imports this file. */
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, reasonOf } from './dataError.ts';
import { PARQUET_FILES, parquetSource } from './parquetSource.ts';
import { cifar10From } from './sources.ts';
import type { RandomAccessFile, Source } from './types.ts';

/** CIFAR-10 from `folder`: pass it as `sources: [folderSource(folder)]`. */
export const folderSource = (folder: string): Source =>
  parquetSource(cifar10From('file', folder), (split, context) =>
    openLocalFile(join(folder, PARQUET_FILES[split]), (bytes) => context.onBytes(bytes, 'network')),
  );

/** @throws DataError `unavailable` when the file can't be opened */
async function openLocalFile(
  path: string,
  onBytes: (bytes: number) => void,
): Promise<RandomAccessFile> {
  const { size, mtimeMs } = await stat(path).catch((cause: unknown) => {
    throw new DataError(
      'unavailable',
      `${path} cannot be opened (${reasonOf(cause)}). Fill the folder with: npm run data.`,
      { cause },
    );
  });
  return {
    name: path,
    byteLength: size,
    version: `${mtimeMs}/${size}`,
    async read(start, end, signal) {
      signal?.throwIfAborted();
      const bytes = new Uint8Array(end - start);
      const handle = await open(path);
      try {
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
        if (bytesRead !== bytes.length) {
          throw new DataError(
            'broken',
            `${path} ends at byte ${start + bytesRead}: it was cut short.`,
          );
        }
        onBytes(bytesRead);
      } finally {
        await handle.close();
      }
      return bytes;
    },
  };
}
