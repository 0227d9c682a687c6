/** The files of a zip archive, read from its directory (PKWARE APPNOTE 6.3), Zip64 included. */
import { inflateSync } from 'fflate';
import { crc32 } from '../crc32.ts';
import type { InputFile } from '../own/inputFile.ts';

const END = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const END64_LOCATOR = 0x07064b50;
const END64 = 0x06064b50;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_DIRECTORY_BYTES = 256 * 1024 * 1024;
const MAX_ENTRIES = 1_000_000;
const MAX_ENTRY_BYTES = 2 ** 31 - 1;
/** Deflate cannot do better than 258 bytes in 2 bits. */
const MAX_RATIO = 1032;

export const isZip = (start: Uint8Array): boolean =>
  start[0] === 0x50 && start[1] === 0x4b && [3, 5].includes(start[2] ?? 0);

interface Entry {
  readonly name: string;
  readonly isDeflated: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
  /** Of its local header. */
  readonly start: number;
}

/** Folders left out. @throws Error naming the fault */
export async function zipFiles(zip: InputFile, signal?: AbortSignal): Promise<InputFile[]> {
  const { offset, bytes, count } = await findDirectory(zip, signal);
  if (bytes > MAX_DIRECTORY_BYTES || count > MAX_ENTRIES)
    throw new Error('too many files in the zip');
  if (offset + bytes > zip.byteLength) throw new Error('the zip is cut short');
  const entries = readDirectory(await zip.read(offset, offset + bytes, signal), count);
  return entries.map((entry) => unpackingFile(zip, entry));
}

async function findDirectory(
  zip: InputFile,
  signal?: AbortSignal,
): Promise<{ offset: number; bytes: number; count: number }> {
  const tailStart = Math.max(0, zip.byteLength - END_BYTES - MAX_COMMENT_BYTES);
  const tail = await zip.read(tailStart, zip.byteLength, signal);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    const count = view.getUint16(at + 10, true);
    const bytes = view.getUint32(at + 12, true);
    const offset = view.getUint32(at + 16, true);
    const hasLocator = at >= 20 && view.getUint32(at - 20, true) === END64_LOCATOR;
    if (!hasLocator) return { offset, bytes, count };
    const start = Number(view.getBigUint64(at - 12, true));
    if (start + 56 > zip.byteLength) break;
    const end64 = Uint8Array.from(await zip.read(start, start + 56, signal));
    const view64 = new DataView(end64.buffer);
    if (view64.getUint32(0, true) !== END64) break;
    const u64 = (position: number) => Number(view64.getBigUint64(position, true));
    return { offset: u64(48), bytes: u64(40), count: u64(32) };
  }
  throw new Error('the zip is cut short: it has no directory');
}

function readDirectory(bytes: Uint8Array, count: number): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Entry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > bytes.length || view.getUint32(at, true) !== ENTRY) {
      throw new Error('the zip’s directory is damaged');
    }
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [nameBytes, extraBytes] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
    const nameEnd = at + ENTRY_BYTES + nameBytes;
    // Names that are not UTF-8 are in some code page; only where they say nothing does that matter.
    const name = new TextDecoder()
      .decode(bytes.subarray(at + ENTRY_BYTES, nameEnd))
      .replaceAll('\\', '/');
    const sizes = [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ];
    const [unpacked = 0, packed = 0, start = 0] = withZip64(
      sizes,
      view,
      nameEnd,
      extraBytes,
      bytes.length,
    );
    if (!name.endsWith('/')) {
      if ((flags & 1) !== 0) throw new Error(`${name} in the zip is encrypted`);
      if (method !== 0 && method !== 8) {
        throw new Error(`${name} is packed by method ${method}, which is not read here`);
      }
      if (unpacked > MAX_ENTRY_BYTES || unpacked > packed * MAX_RATIO + 64) {
        throw new Error(`${name} in the zip claims ${unpacked} bytes`);
      }
      const crc = view.getUint32(at + 16, true);
      entries.push({ name, isDeflated: method === 8, crc, packed, unpacked, start });
    }
    at = nameEnd + extraBytes + view.getUint16(at + 32, true);
  }
  return entries;
}

/** Sizes that do not fit 32 bits are in an extra field, in this order, and only they. */
function withZip64(
  sizes: readonly number[],
  view: DataView,
  extraStart: number,
  extraBytes: number,
  length: number,
): number[] {
  const result = [...sizes];
  const end = Math.min(length, extraStart + extraBytes);
  for (let at = extraStart; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    for (const [i, size] of sizes.entries()) {
      if (size !== 0xffff_ffff || field + 8 > end) continue;
      result[i] = Number(view.getBigUint64(field, true));
      field += 8;
    }
  }
  return result;
}

/** Unpacked whenever it is read: images are read once, and whole. */
function unpackingFile(
  zip: InputFile,
  { name, isDeflated, crc, packed, unpacked, start }: Entry,
): InputFile {
  const unpack = async (signal?: AbortSignal): Promise<Uint8Array> => {
    if (start + LOCAL_BYTES > zip.byteLength) throw new Error('outside the zip');
    const local = await zip.read(start, start + LOCAL_BYTES, signal);
    const view = new DataView(local.buffer, local.byteOffset, local.byteLength);
    const dataStart = start + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
    if (dataStart + packed > zip.byteLength) throw new Error('the zip is cut short');
    const data = await zip.read(dataStart, dataStart + packed, signal);
    // The buffer's size bounds what is unpacked.
    const bytes = isDeflated ? inflateSync(data, { out: new Uint8Array(unpacked) }) : data;
    if (bytes.length !== unpacked || crc32(bytes) !== crc) throw new Error('damaged in the zip');
    return bytes;
  };
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
