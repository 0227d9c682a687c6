/**
 * A checkpoint as it lies in a slot: 64 bytes, then the file with zeros for its own checksum. Little-endian: 8 bytes of
 * `MAGIC`, the version (u32), the first word of the MurmurHash3 of these 12 bytes, the sequence number and the file's length (f64 each), the MurmurHash3 of
 * the file (4 × u32), zeros. Bytes after the file are left over from a longer one.
 *
 * SHA-256 would not do: browsers compute it only asynchronously, and a page that closes has no time to wait.
 */
import { CheckpointError } from './checkpoint.ts';
import { murmurHash } from './murmurHash.ts';
import { t } from '../../text/t.ts';

const MAGIC = new TextEncoder().encode('RPslot\r\n');
const VERSION = 1;
export const HEADER_BYTES = 64;

const AT = { version: 8, mark: 12, sequence: 16, length: 24, hash: 32 } as const;

/** Tells that the version is what was written, in every version. */
const markOf = (slot: Uint8Array<ArrayBuffer>): number =>
  murmurHash(slot.subarray(0, AT.mark), 0)[0] ?? 0;

/** Of the file, its place among the others included. */
const hashOf = (file: Uint8Array<ArrayBuffer>, sequence: number): Uint32Array =>
  murmurHash(file, sequence >>> 0);

/** @param sequence of two slots the one with the higher number is newer. */
export function slotHeader(
  file: Uint8Array<ArrayBuffer>,
  sequence: number,
): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  header.set(MAGIC);
  view.setUint32(AT.version, VERSION, true);
  view.setUint32(AT.mark, markOf(header), true);
  view.setFloat64(AT.sequence, sequence, true);
  view.setFloat64(AT.length, file.length, true);
  for (const [i, word] of hashOf(file, sequence).entries()) {
    view.setUint32(AT.hash + 4 * i, word, true);
  }
  return header;
}

interface SlotContent {
  readonly sequence: number;
  readonly file: Uint8Array<ArrayBuffer>;
}

/** @throws CheckpointError */
export function readSlot(slot: Uint8Array<ArrayBuffer>): SlotContent {
  const broken = (message: string): never => {
    throw new CheckpointError('broken', message);
  };
  if (slot.length < HEADER_BYTES || MAGIC.some((byte, i) => slot[i] !== byte)) {
    return broken(t`its beginning is missing or damaged.`);
  }
  const view = new DataView(slot.buffer, slot.byteOffset, HEADER_BYTES);
  if (view.getUint32(AT.mark, true) !== markOf(slot)) return broken(t`its beginning is damaged.`);
  const version = view.getUint32(AT.version, true);
  if (version > VERSION) {
    const message = t`it lies in a slot of version ${version}; this program reads version ${VERSION}.`;
    throw new CheckpointError('newer', message);
  }
  const sequence = view.getFloat64(AT.sequence, true);
  const length = view.getFloat64(AT.length, true);
  if (!Number.isSafeInteger(sequence) || !Number.isSafeInteger(length) || length < 0) {
    return broken(t`its beginning is damaged.`);
  }
  if (slot.length < HEADER_BYTES + length) return broken(t`it is cut off.`);
  const file = slot.subarray(HEADER_BYTES, HEADER_BYTES + length);
  const isWhole = hashOf(file, sequence).every(
    (word, i) => word === view.getUint32(AT.hash + 4 * i, true),
  );
  return isWhole ? { sequence, file } : broken(t`its checksum does not match: it was damaged.`);
}
