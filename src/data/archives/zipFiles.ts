/** The files of a zip archive that need not fit into memory, each unpacked when it is read. */
import { MAX_ENTRIES } from '../../containers/limits.ts';
import {
  findDirectory,
  readDirectory,
  TAIL_BYTES,
  type ZipEntry,
  type ZipLimits,
} from '../../containers/zip/directory.ts';
import { entryEnd, unpackEntry } from '../../containers/zip/entry.ts';
import type { InputFile } from '../own/inputFile.ts';

/**
 * Folders left out.
 * @param most bytes that one file may unpack to.
 * @throws ContainerError naming the fault, as does reading one of them
 */
export async function zipFiles(
  zip: InputFile,
  most: number,
  signal?: AbortSignal,
): Promise<InputFile[]> {
  const { byteLength } = zip;
  const limits: ZipLimits = {
    ...{ entries: MAX_ENTRIES, entryBytes: most, utf8Names: false },
    unpackedBytes: Number.POSITIVE_INFINITY,
  };
  const tail = await zip.read(Math.max(0, byteLength - TAIL_BYTES), byteLength, signal);
  const directory = findDirectory(tail, byteLength, limits);
  const bytes = await zip.read(directory.start, directory.end, signal);
  const entries = readDirectory(bytes, directory, limits);
  return [...entries.values()].map((entry) => unpackingFile(zip, entry));
}

/** Unpacked whenever it is read: images are read once, and whole. */
function unpackingFile(zip: InputFile, entry: ZipEntry): InputFile {
  const { name, unpacked, start } = entry;
  const unpack = async (signal: AbortSignal | undefined): Promise<Uint8Array> =>
    unpackEntry(await zip.read(start, entryEnd(entry), signal), entry);
  /** Kept where it is read in parts. */
  let whole: Promise<Uint8Array> | null = null;
  return {
    name,
    byteLength: unpacked,
    async read(from, to, signal) {
      if (from === 0 && to === unpacked) return unpack(signal);
      whole ??= unpack(signal);
      return (await whole).subarray(from, to);
    },
  };
}
