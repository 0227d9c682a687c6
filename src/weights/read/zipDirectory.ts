/** The directory of a zip file (PKWARE APPNOTE 6.3), Zip64 included, checked against the file it describes. */

import { WeightsError } from '../weightsError.ts';
import { MAX_UNPACKED_BYTES, MAX_ZIP_ENTRIES, mebibytes } from './limits.ts';

export interface ZipEntry {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly crc: number;
  /** Bytes in the file, and after unpacking. */
  readonly packed: number;
  readonly unpacked: number;
  /** Start of the entry's local header, and of its data. */
  readonly headerStart: number;
  readonly dataStart: number;
}

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;
const END64 = 0x06064b50;
const END64_BYTES = 56;
const END64_LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const MAX_COMMENT_BYTES = 0xffff;
const METHODS: Readonly<Record<number, ZipEntry['method']>> = { 0: 'stored', 8: 'deflated' };
/** Compression level, sizes after the data, UTF-8 names. Anything else (encryption, patches) cannot be read. */
const KNOWN_FLAGS = 0x080e;
/** Deflate cannot do better than 258 bytes in 2 bits. */
const MAX_RATIO = 1032;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const fault = (message: string): never => {
  throw new WeightsError(`zip file: ${message}`);
};

/** Reads a file's bytes as little-endian numbers. */
class ZipView {
  private readonly view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16 = (at: number): number => this.view.getUint16(at, true);
  u32 = (at: number): number => this.view.getUint32(at, true);

  u64(at: number): number {
    const value = Number(this.view.getBigUint64(at, true));
    return Number.isSafeInteger(value) ? value : fault('a position or size is past 2^53');
  }
}

/**
 * All entries by name, folders left out.
 * @throws WeightsError for a truncated file; entries that are duplicate, overlapping or outside the file; encryption;
 * unknown compression; sizes over the limits.
 */
export function readZipDirectory(bytes: Uint8Array): ReadonlyMap<string, ZipEntry> {
  const view = new ZipView(bytes);
  const { start, end, count } = findDirectory(view);
  const entries = new Map<string, ZipEntry>();
  let at = start;
  for (let i = 0; i < count; i++) {
    const { entry, next } = readEntry(view, at, start, end);
    if (entries.has(entry.name)) fault(`${JSON.stringify(entry.name)} is there twice`);
    entries.set(entry.name, entry);
    at = next;
  }
  if (at !== end) fault('the directory is longer than its entries');
  checkSizes([...entries.values()], start);
  return new Map([...entries].filter(([name]) => !name.endsWith('/')));
}

function findDirectory(view: ZipView): { start: number; end: number; count: number } {
  const { length } = view.bytes;
  const first = Math.max(0, length - END_BYTES - MAX_COMMENT_BYTES);
  let at = length - END_BYTES;
  while (at >= first && !(view.u32(at) === END && at + END_BYTES + view.u16(at + 20) === length))
    at--;
  if (at < first) fault('file is cut off: it has no directory at its end');
  let [count, size, start] = [view.u16(at + 10), view.u32(at + 12), view.u32(at + 16)];
  let [disk, end] = [view.u16(at + 4) || view.u16(at + 6), at];
  const locator = at - LOCATOR_BYTES;
  if (locator >= 0 && view.u32(locator) === END64_LOCATOR) {
    end = view.u64(locator + 8);
    if (end + END64_BYTES > locator || view.u32(end) !== END64)
      fault('its Zip64 directory end is not where it should be');
    [count, size, start] = [view.u64(end + 32), view.u64(end + 40), view.u64(end + 48)];
    disk = view.u32(end + 16) || view.u32(end + 20);
  }
  if (disk !== 0) fault('it is one part of several');
  if (count > MAX_ZIP_ENTRIES) fault(`${count} entries (${MAX_ZIP_ENTRIES} at most)`);
  if (start + size !== end)
    fault(`its directory (bytes ${start} to ${start + size}) does not end at byte ${end}`);
  return { start, end, count };
}

function readEntry(
  view: ZipView,
  at: number,
  directoryStart: number,
  directoryEnd: number,
): { entry: ZipEntry; next: number } {
  if (at + 46 > directoryEnd || view.u32(at) !== DIRECTORY_ENTRY)
    fault(`no directory entry at byte ${at}`);
  const [nameLength, extraLength, commentLength] = [
    view.u16(at + 28),
    view.u16(at + 30),
    view.u16(at + 32),
  ];
  const extraStart = at + 46 + nameLength;
  const next = extraStart + extraLength + commentLength;
  if (next > directoryEnd) fault(`the directory entry at byte ${at} goes past the directory`);
  const name = readName(view.bytes.subarray(at + 46, extraStart));
  const quoted = JSON.stringify(name);
  const [flags, code] = [view.u16(at + 8), view.u16(at + 10)];
  if (flags & 1) fault(`${quoted} is encrypted`);
  if (flags & ~KNOWN_FLAGS)
    fault(`${quoted} has flags 0x${flags.toString(16)}, which can't be read`);
  const method =
    METHODS[code] ??
    fault(`${quoted} is packed by method ${code} (stored and deflated can be read)`);
  const long = longSizes(view, at, extraStart, extraLength);
  const { packed, unpacked, headerStart } = long;
  if (method === 'stored' && packed !== unpacked)
    fault(`${quoted} is stored uncompressed, but has two sizes: ${packed} and ${unpacked} bytes`);
  const dataStart = readLocalHeader(view, headerStart, code, at, directoryStart, quoted);
  if (dataStart + packed > directoryStart)
    fault(`${quoted} (bytes ${dataStart} to ${dataStart + packed}) lies outside the file's data`);
  const crc = view.u32(at + 16);
  return { entry: { name, method, crc, packed, unpacked, headerStart, dataStart }, next };
}

/** Sizes and position; those that are all ones are in the Zip64 extra field (id 1), in this order. */
function longSizes(view: ZipView, at: number, extraStart: number, extraLength: number) {
  let [unpacked, packed, headerStart] = [view.u32(at + 24), view.u32(at + 20), view.u32(at + 42)];
  const end = extraStart + extraLength;
  for (let field = extraStart; field + 4 <= end; ) {
    const fieldEnd = field + 4 + view.u16(field + 2);
    if (fieldEnd > end) fault(`an extra field at byte ${field} is cut off`);
    if (view.u16(field) === 1) {
      let value = field + 4;
      const long = (short: number): number => {
        if (short !== 0xffffffff) return short;
        if (value + 8 > fieldEnd) fault(`a Zip64 field at byte ${field} is too short`);
        value += 8;
        return view.u64(value - 8);
      };
      [unpacked, packed, headerStart] = [long(unpacked), long(packed), long(headerStart)];
    }
    field = fieldEnd;
  }
  return { unpacked, packed, headerStart };
}

/** @returns the start of the entry's data. */
function readLocalHeader(
  view: ZipView,
  start: number,
  method: number,
  directoryEntry: number,
  directoryStart: number,
  quoted: string,
): number {
  if (start + 30 > directoryStart || view.u32(start) !== LOCAL_HEADER)
    fault(`${quoted} has no header at byte ${start}`);
  const nameLength = view.u16(start + 26);
  const sameName =
    nameLength === view.u16(directoryEntry + 28) &&
    view.bytes
      .subarray(start + 30, start + 30 + nameLength)
      .every((byte, i) => byte === view.bytes[directoryEntry + 46 + i]);
  if (!sameName || view.u16(start + 8) !== method)
    fault(`${quoted} has another name or method in its own header than in the directory`);
  return start + 30 + nameLength + view.u16(start + 28);
}

function readName(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return fault('an entry has a name that is no UTF-8');
  }
}

/** With overlapping entries or impossible ratios, a small file could unpack to terabytes. */
function checkSizes(entries: readonly ZipEntry[], directoryStart: number): void {
  let total = 0;
  let end = 0;
  let before = '';
  const ordered = [...entries].sort((a, b) => a.headerStart - b.headerStart);
  for (const { name, headerStart, dataStart, packed, unpacked } of ordered) {
    const quoted = JSON.stringify(name);
    if (headerStart < end) fault(`${quoted} overlaps ${before}`);
    if (unpacked > packed * MAX_RATIO + MAX_RATIO)
      fault(`${quoted} claims to unpack ${packed} bytes to ${unpacked}, which deflate can't do`);
    total += unpacked;
    end = dataStart + packed;
    before = quoted;
  }
  if (total > MAX_UNPACKED_BYTES)
    fault(`it unpacks to ${mebibytes(total)} (${mebibytes(MAX_UNPACKED_BYTES)} at most)`);
  if (end > directoryStart) fault('an entry lies within the directory');
}
