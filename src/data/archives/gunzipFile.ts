/** Unpacks a gzip file a few megabytes at a time, and hashes it on the way. */
import { GzipReader } from '../../containers/gzip.ts';
import { mostUnpacked } from '../../containers/limits.ts';
import type { InputFile } from '../own/inputFile.ts';
import { Md5 } from './md5.ts';

const PART_BYTES = 4 * 1024 * 1024;

/**
 * @param most bytes it may unpack to.
 * @returns the content, and the MD5 of the file as it came.
 * @throws ContainerError naming the fault
 */
export async function gunzipFile(
  file: InputFile,
  most: number,
  signal?: AbortSignal,
): Promise<{ bytes: Uint8Array; md5: string }> {
  const md5 = new Md5();
  const reader = new GzipReader(Math.min(most, mostUnpacked(file.byteLength)));
  for (let at = 0; at < file.byteLength; at += PART_BYTES) {
    const part = await file.read(at, Math.min(file.byteLength, at + PART_BYTES), signal);
    signal?.throwIfAborted();
    md5.update(part);
    reader.push(part);
  }
  return { bytes: reader.end(), md5: md5.digest() };
}
