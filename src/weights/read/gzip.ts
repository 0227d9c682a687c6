/** A file packed by gzip, unpacked to no more than the limit. */
import { Gunzip } from 'fflate';
import { crc32 } from '../../data/crc32.ts';
import { WeightsError } from '../weightsError.ts';
import { MAX_UNPACKED_BYTES, mebibytes } from './limits.ts';

/** Packed bytes per push: at most 16 MiB come out before the size is checked again. */
const CHUNK_BYTES = 16_384;

export const isGzip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;

/** @throws WeightsError if it is damaged or too large. */
export function gunzip(bytes: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let isWhole = false;
  const unpacker = new Gunzip((chunk, final) => {
    length += chunk.length;
    if (length > MAX_UNPACKED_BYTES) {
      throw new WeightsError(`the file unpacks to more than ${mebibytes(MAX_UNPACKED_BYTES)}`);
    }
    chunks.push(chunk.slice());
    isWhole ||= final;
  });
  try {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const end = at + CHUNK_BYTES;
      unpacker.push(bytes.subarray(at, end), end >= bytes.length);
    }
  } catch (error) {
    if (error instanceof WeightsError) throw error;
    throw new WeightsError('gzip file: it is damaged');
  }
  if (!isWhole || bytes.length < 18) throw new WeightsError('gzip file: it is cut off');
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  // Its end: the checksum and length of what it unpacks to.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(bytes.length - 8, true) !== crc32(whole)) {
    throw new WeightsError('gzip file: it is damaged or cut off: its checksum is wrong');
  }
  return whole;
}
