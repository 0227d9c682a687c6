/** Decompressors for Parquet. Those beyond Snappy are loaded only where a file needs one. */
import { loadChunk } from '../chunk.ts';
import type { Compressors, FileMetaData } from 'hyparquet';
import { unpackSnappy } from './snappy.ts';
import { t } from '../text/t.ts';

const OURS: Compressors = { SNAPPY: unpackSnappy };

/** @throws Error naming a compression that can't be read */
export async function compressorsFor(metadata: FileMetaData): Promise<Compressors> {
  const used = new Set(
    metadata.row_groups.flatMap(({ columns }) => columns.map((c) => c.meta_data?.codec ?? '')),
  );
  const others = [...used].filter(
    (codec) => codec !== 'UNCOMPRESSED' && !Object.hasOwn(OURS, codec),
  );
  if (others.length === 0) return OURS;
  const library = await loadChunk(() => import('hyparquet-compressors'));
  const compressors: Compressors = {
    ...OURS,
    GZIP: library.decompressGzip,
    BROTLI: library.decompressBrotli,
    LZ4: library.decompressLz4,
    LZ4_RAW: library.decompressLz4Raw,
    // The buffer's size bounds what is unpacked.
    ZSTD: (input, length) => library.decompressZstd(input, new Uint8Array(length)),
  };
  const unknown = others.find((codec) => !Object.hasOwn(compressors, codec));
  if (unknown !== undefined)
    throw new Error(t`is compressed with ${unknown}, which is not read here`);
  return compressors;
}
