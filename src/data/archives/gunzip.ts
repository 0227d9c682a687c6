/** Unpacks a gzip file (RFC 1952), and hashes it on the way. */
import { reasonOf } from '../dataError.ts';
import { type InputFile, streamOf } from '../own/inputFile.ts';
import { Md5 } from './md5.ts';

/** CIFAR's archives unpack to 190 MB. */
const MAX_BYTES = 1024 * 1024 * 1024;

export const isGzip = (start: Uint8Array): boolean => start[0] === 0x1f && start[1] === 0x8b;

/** @returns the content, and the MD5 of the file as it came. @throws Error naming the fault */
export async function gunzip(
  file: InputFile,
  signal?: AbortSignal,
): Promise<{ bytes: Uint8Array; md5: string }> {
  const md5 = new Md5();
  const hashing = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(part, controller) {
      md5.update(part);
      controller.enqueue(part);
    },
  });
  const unpacked = streamOf(file, signal)
    .pipeThrough(hashing)
    .pipeThrough(new DecompressionStream('gzip'));
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    const reader = unpacked.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > MAX_BYTES) {
        await reader.cancel();
        throw new Error('it unpacks to more than 1 GB');
      }
      parts.push(value);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`cannot be unpacked (${reasonOf(error) || 'damaged'})`, { cause: error });
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, md5: md5.digest() };
}
