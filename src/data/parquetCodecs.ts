/** Decompressors for Parquet beyond Snappy, which hyparquet has itself. Loaded only where a file needs one. */
import type { Compressors, FileMetaData } from 'hyparquet';

const OURS = ['UNCOMPRESSED', 'SNAPPY'];

/** Undefined: none is needed. @throws Error naming a compression that can't be read */
export async function compressorsFor(metadata: FileMetaData): Promise<Compressors | undefined> {
  const used = new Set(
    metadata.row_groups.flatMap(({ columns }) => columns.map((c) => c.meta_data?.codec ?? '')),
  );
  const others = [...used].filter((codec) => !OURS.includes(codec));
  if (others.length === 0) return undefined;
  const library = await import('hyparquet-compressors');
  const compressors: Compressors = {
    GZIP: library.decompressGzip,
    BROTLI: library.decompressBrotli,
    LZ4: library.decompressLz4,
    LZ4_RAW: library.decompressLz4Raw,
    // The buffer's size bounds what is unpacked.
    ZSTD: (input, length) => library.decompressZstd(input, new Uint8Array(length)),
  };
  const unknown = others.find((codec) => !Object.hasOwn(compressors, codec));
  if (unknown !== undefined)
    throw new Error(`is compressed with ${unknown}, which is not read here`);
  return compressors;
}
