/** A file that someone gave: dropped on the page, in a folder, or in an archive. */
import type { RandomAccessFile } from '../types.ts';

/** `name` is its path, with `/` between folders. */
export type InputFile = Omit<RandomAccessFile, 'version'>;

export const readWhole = (file: InputFile, signal?: AbortSignal): Promise<Uint8Array> =>
  file.read(0, file.byteLength, signal);

/** Of bytes that are in memory. */
export const fileOfBytes = (name: string, bytes: Uint8Array): InputFile => ({
  name,
  byteLength: bytes.length,
  read: async (start, end) => bytes.subarray(start, end),
});

/** `cats/a.png` → `a.png` */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** What operating systems leave beside the files that were meant. */
export const isLitter = (path: string): boolean =>
  path
    .split('/')
    .some(
      (part) =>
        part.startsWith('.') ||
        part === '__MACOSX' ||
        part === 'Thumbs.db' ||
        part === 'desktop.ini',
    );
