/** Images in local files and folders. For Node only: nothing that runs in a browser imports this file. */
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { DataError, reasonOf } from './dataError.ts';
import { KNOWN_SET_IDS, type KnownSetId, knownSet } from './knownSets.ts';
import { nodeCodecs } from './nodeCodecs.ts';
import type { ImageSet } from './types.ts';
import type { InputFile } from './own/inputFile.ts';
import type { Reading } from './own/reading.ts';
import { readImages } from './own/readImages.ts';
import { readLayout } from './parquetLayout.ts';
import { PARQUET_FILES, parquetSource } from './parquetSource.ts';
import { describeKnown } from './sources.ts';
import type { RandomAccessFile, Source } from './types.ts';

/** A published set from `folder` with its two Parquet files: pass it as `sources: [folderSource(folder)]`. */
export const folderSource = (folder: string, id: KnownSetId = 'cifar10'): Source =>
  parquetSource(describeKnown(id, 'file', folder), knownSet(id).fit, (split, context) =>
    openLocalFile(join(folder, PARQUET_FILES[split]), (bytes) => context.onBytes(bytes, 'network')),
  );

/**
 * The published set whose two Parquet files are in `folder`: they name its classes, or name none and have its numbers of
 * images. Null for any other folder.
 */
export async function knownInFolder(folder: string): Promise<KnownSetId | null> {
  const found = await Promise.all(
    (['train', 'test'] as const).map(async (split) => {
      try {
        const file = await openLocalFile(join(folder, PARQUET_FILES[split]));
        const { metadata, columns } = await readLayout(file, undefined);
        const { classNames, kind } = columns.label;
        const rows = Number(metadata.num_rows);
        return KNOWN_SET_IDS.find((id) =>
          classNames === null
            ? kind === 'number' && id === 'cifar10' && rows === knownSet(id).images[split]
            : classNames.join() === knownSet(id).classNames.join(),
        );
      } catch {
        return undefined;
      }
    }),
  );
  const [train, test] = found;
  return train !== undefined && train === test ? train : null;
}

/** Any images in a file or folder. @throws DataError */
export function readLocalImages(
  path: string,
  reading: Omit<Reading, 'codecs'> = {},
): Promise<ImageSet> {
  return localFiles(path).then((files) =>
    readImages(files, basename(resolve(path)), { ...reading, codecs: nodeCodecs }),
  );
}

/** All files below a folder, or the one file. @throws DataError `unavailable` */
async function localFiles(path: string): Promise<InputFile[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unavailable(path, cause);
  });
  if (found.isFile()) return [{ ...(await openLocalFile(path)), name: basename(path) }];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async (entry) => {
      const full = join(entry.parentPath, entry.name);
      const name = relative(path, full).split(sep).join('/');
      return { ...(await openLocalFile(full)), name };
    }),
  );
}

const unavailable = (path: string, cause: unknown): DataError =>
  new DataError(
    'unavailable',
    `${path} cannot be opened (${reasonOf(cause)}). Fill the folder with: npm run data.`,
    { cause },
  );

/** @throws DataError `unavailable` when the file can't be opened */
async function openLocalFile(
  path: string,
  onBytes?: (bytes: number) => void,
): Promise<RandomAccessFile> {
  const { size, mtimeMs } = await stat(path).catch((cause: unknown) => {
    throw unavailable(path, cause);
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
        onBytes?.(bytesRead);
      } finally {
        await handle.close();
      }
      return bytes;
    },
  };
}
