/**
 * The checksum of a checkpoint file: SHA-256 of all its bytes, its own 64 hexadecimal digits counted as zeros. They are
 * the first entry of the header's metadata, so that they always lie at the same place.
 */
import { sha256 } from '../../data/sha256.ts';
import { LENGTH_BYTES, METADATA_KEY } from '../../weights/safetensors.ts';

export const CHECKSUM_KEY = 'sha256';
const DIGITS = 64;
export const BLANK_CHECKSUM: string = '0'.repeat(DIGITS);

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const PREFIX = encode(`{"${METADATA_KEY}":{"${CHECKSUM_KEY}":"`);
const START = LENGTH_BYTES + PREFIX.length;

/** Whether the file has a checksum where it belongs. */
function hasChecksum(file: Uint8Array): boolean {
  return (
    file.length >= START + DIGITS && PREFIX.every((byte, i) => file[LENGTH_BYTES + i] === byte)
  );
}

/** Fills in the checksum of a file whose own digits are zeros. */
export async function seal(file: Uint8Array<ArrayBuffer>): Promise<void> {
  if (!hasChecksum(file)) throw new Error('the file has no place for its checksum');
  file.set(encode(await sha256(file)), START);
}

/** Whether the file is as it was when it was sealed. */
export async function isSealed(file: Uint8Array): Promise<boolean> {
  if (!hasChecksum(file)) return false;
  const blank = new Uint8Array(file);
  const digits = new TextDecoder().decode(blank.subarray(START, START + DIGITS));
  blank.set(encode(BLANK_CHECKSUM), START);
  return digits === (await sha256(blank));
}
