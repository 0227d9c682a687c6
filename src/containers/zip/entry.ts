/**
 * Unpacks an entry of a zip file, never to more than it declares. Our own because fflate's `unzip` checks neither
 * checksums nor overlaps nor sizes, and zip.js 2.24 accepts patch data (flag 0x20), does not name the entry at fault,
 * works only asynchronously, copies what is stored uncompressed, and adds 47 kB (gzip) to the importer.
 */
import { Inflate, inflateSync } from 'fflate';
import { ContainerError } from '../containerError.ts';
import { crc32 } from '../crc32.ts';
import { HEADER_BYTES, METHODS, type ZipEntry, zipFault } from './directory.ts';
import { t } from '../../text/t.ts';

const HEADER = 0x04034b50;
const MAX_EXTRA_BYTES = 0xffff;
/** Packed bytes unpacked at once: at most 16 MiB come out before the size is checked again. */
const CHUNK_BYTES = 16_384;

/** The position in the file that an entry's data cannot go past. */
export const entryEnd = ({ start, end, nameBytes, packed }: ZipEntry): number =>
  Math.min(end, start + HEADER_BYTES + nameBytes.length + MAX_EXTRA_BYTES + packed);

/**
 * An entry's content: a view of `bytes` if it is stored uncompressed.
 * @param bytes of the file, from the entry's start to `entryEnd`
 * @throws ContainerError if its header is another's than the directory's, its size is not the declared one, or its
 * checksum is wrong.
 */
export function unpackEntry(bytes: Uint8Array, entry: ZipEntry): Uint8Array {
  const { name, nameBytes, packed, method, crc, start } = entry;
  const quoted = JSON.stringify(name);
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (header.getUint32(0, true) !== HEADER) zipFault(t`${quoted} has no header at byte ${start}`);
  const nameEnd = HEADER_BYTES + header.getUint16(26, true);
  const own = bytes.subarray(HEADER_BYTES, nameEnd);
  const isSame = own.length === nameBytes.length && own.every((byte, i) => byte === nameBytes[i]);
  if (!isSame || METHODS[header.getUint16(8, true)] !== method)
    zipFault(t`${quoted} has another name or method in its own header than in the directory`);
  const dataStart = nameEnd + header.getUint16(28, true);
  if (dataStart + packed > bytes.length) zipFault(t`${quoted} goes on past byte ${entry.end}`);
  const data = bytes.subarray(dataStart, dataStart + packed);
  const content = method === 'stored' ? data : inflate(data, entry);
  if (crc32(content) !== crc) zipFault(t`${quoted} is damaged: its checksum is wrong`);
  return content;
}

function inflate(packed: Uint8Array, { name, unpacked }: ZipEntry): Uint8Array {
  const quoted = JSON.stringify(name);
  const tooMuch = t`${quoted} unpacks to more than the ${unpacked} bytes it declares`;
  // One byte more, to tell that it unpacks to too much.
  const out = new Uint8Array(unpacked + 1);
  let length = 0;
  const inflater = new Inflate((chunk) => {
    if (length + chunk.length > unpacked) zipFault(tooMuch);
    out.set(chunk, length);
    length += chunk.length;
  });
  try {
    // A fourth of the time for small entries.
    if (packed.length <= CHUNK_BYTES) length = inflateSync(packed, { out }).length;
    else
      for (let at = 0; at < packed.length; at += CHUNK_BYTES) {
        const end = at + CHUNK_BYTES;
        inflater.push(packed.subarray(at, end), end >= packed.length);
      }
  } catch (error) {
    if (error instanceof ContainerError) throw error;
    zipFault(
      t`${quoted} can't be unpacked: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (length > unpacked) zipFault(tooMuch);
  if (length < unpacked) zipFault(t`${quoted} unpacks to ${length} bytes and declares ${unpacked}`);
  return out.subarray(0, unpacked);
}
