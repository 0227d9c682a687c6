/**
 * The directory of a zip file (PKWARE APPNOTE 6.3), Zip64 included, checked against the file that it describes. It is read
 * from two pieces of the file, so that a file larger than memory can be read too.
 */
import { faultOf, mebibytes } from '../containerError.ts';
import { mostInParts, mostUnpacked } from '../limits.ts';
import { latin1 } from '../latin1.ts';
import { t } from '../../text/t.ts';

export interface ZipEntry {
  /** Its path, with `/` between folders. */
  readonly name: string;
  /** The name as its own header must repeat it. */
  readonly nameBytes: Uint8Array;
  readonly method: ZipMethod;
  readonly crc: number;
  /** Bytes in the file, and after unpacking. */
  readonly packed: number;
  readonly unpacked: number;
  /** Where its own header starts. */
  readonly start: number;
  /** Where the next entry or the directory starts. */
  readonly end: number;
}

export type ZipMethod = 'stored' | 'deflated';

export interface ZipLimits {
  readonly entries: number;
  /** Of one entry, which is unpacked as a whole. */
  readonly entryBytes: number;
  /** Of all entries together. */
  readonly unpackedBytes: number;
  /** Whether names must be UTF-8. Others are read as Latin-1, since the file does not say what they are. */
  readonly utf8Names: boolean;
}

interface Directory {
  /** Its bytes in the file. */
  readonly start: number;
  readonly end: number;
  /** Entries in it. */
  readonly count: number;
}

const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_ENTRY_BYTES = 46;
const END = 0x06054b50;
const END_BYTES = 22;
const END64 = 0x06064b50;
const END64_BYTES = 56;
const END64_LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const MAX_COMMENT_BYTES = 0xffff;
/** The last bytes of a file, which say where its directory is. */
export const TAIL_BYTES = END64_BYTES + LOCATOR_BYTES + END_BYTES + MAX_COMMENT_BYTES;
/** An entry's own header without its name and extra fields. */
export const HEADER_BYTES = 30;
export const METHODS: Readonly<Record<number, ZipMethod>> = { 0: 'stored', 8: 'deflated' };
/** Compression level, sizes after the data, UTF-8 names. Anything else (encryption, patches) cannot be read. */
const KNOWN_FLAGS = 0x080e;
const MAX_DIRECTORY_BYTES = 2 ** 28;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const zipFault = faultOf(t`zip file`);

export const isZip = (start: Uint8Array): boolean =>
  start[0] === 0x50 && start[1] === 0x4b && (start[2] === 3 || start[2] === 5);

/** Reads bytes as little-endian numbers. */
class ZipView {
  private readonly view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16 = (at: number): number => this.view.getUint16(at, true);
  u32 = (at: number): number => this.view.getUint32(at, true);

  u64(at: number): number {
    const value = Number(this.view.getBigUint64(at, true));
    return Number.isSafeInteger(value) ? value : zipFault(t`a position or size is past 2^53`);
  }
}

/**
 * @param tail the last `TAIL_BYTES` of the file, or all of it
 * @throws ContainerError if there is no directory, or it is beyond the limits
 */
export function findDirectory(tail: Uint8Array, fileBytes: number, limits: ZipLimits): Directory {
  const view = new ZipView(tail);
  const tailStart = fileBytes - tail.length;
  const isEnd = (at: number) =>
    view.u32(at) === END && at + END_BYTES + view.u16(at + 20) === tail.length;
  let at = tail.length - END_BYTES;
  while (at >= 0 && !isEnd(at)) at--;
  if (at < 0) zipFault(t`file is cut off: it has no directory at its end`);
  let [count, size, start] = [view.u16(at + 10), view.u32(at + 12), view.u32(at + 16)];
  let [disk, end] = [view.u16(at + 4) || view.u16(at + 6), tailStart + at];
  const locator = at - LOCATOR_BYTES;
  if (locator >= 0 && view.u32(locator) === END64_LOCATOR) {
    end = view.u64(locator + 8);
    const at64 = end - tailStart;
    if (at64 < 0 || at64 + END64_BYTES > locator || view.u32(at64) !== END64)
      zipFault(t`its Zip64 directory end is not where it should be`);
    [count, size, start] = [view.u64(at64 + 32), view.u64(at64 + 40), view.u64(at64 + 48)];
    disk = view.u32(at64 + 16) || view.u32(at64 + 20);
  }
  if (disk !== 0) zipFault(t`it is one part of several`);
  if (count > limits.entries) zipFault(t`${count} entries (${limits.entries} at most)`);
  if (start + size !== end)
    zipFault(t`its directory (bytes ${start} to ${start + size}) does not end at byte ${end}`);
  if (size > MAX_DIRECTORY_BYTES) zipFault(t`its directory takes ${mebibytes(size)}`);
  return { start, end, count };
}

/**
 * All entries by name, in the directory's order, folders left out.
 * @param bytes of the directory
 * @throws ContainerError for entries that are duplicate, overlapping or outside the file; encryption; unknown
 * compression; sizes over the limits.
 */
export function readDirectory(
  bytes: Uint8Array,
  directory: Directory,
  limits: ZipLimits,
): ReadonlyMap<string, ZipEntry> {
  const view = new ZipView(bytes);
  const entries = new Map<string, MutableEntry>();
  let at = 0;
  for (let i = 0; i < directory.count; i++) {
    const { entry, next } = readEntry(view, at, directory.start, limits);
    if (entries.has(entry.name)) zipFault(t`${JSON.stringify(entry.name)} is there twice`);
    entries.set(entry.name, entry);
    at = next;
  }
  if (at !== bytes.length) zipFault(t`the directory is longer than its entries`);
  const most = Math.min(limits.unpackedBytes, mostInParts(directory.end));
  setEnds([...entries.values()], directory.start, most);
  return new Map([...entries].filter(([name]) => !name.endsWith('/')));
}

type MutableEntry = Omit<ZipEntry, 'end'> & { end: number };

function readEntry(
  view: ZipView,
  at: number,
  directoryStart: number,
  limits: ZipLimits,
): { entry: MutableEntry; next: number } {
  const place = directoryStart + at;
  const nameStart = at + DIRECTORY_ENTRY_BYTES;
  if (nameStart > view.bytes.length || view.u32(at) !== DIRECTORY_ENTRY)
    zipFault(t`no directory entry at byte ${place}`);
  const extraStart = nameStart + view.u16(at + 28);
  const extraEnd = extraStart + view.u16(at + 30);
  const next = extraEnd + view.u16(at + 32);
  if (next > view.bytes.length)
    zipFault(t`the directory entry at byte ${place} goes past the directory`);
  const nameBytes = view.bytes.subarray(nameStart, extraStart);
  const name = readName(nameBytes, limits);
  const quoted = JSON.stringify(name);
  const [flags, code] = [view.u16(at + 8), view.u16(at + 10)];
  if (flags & 1) zipFault(t`${quoted} is encrypted`);
  if (flags & ~KNOWN_FLAGS)
    zipFault(t`${quoted} has flags 0x${flags.toString(16)}, which can't be read`);
  const method =
    METHODS[code] ??
    zipFault(t`${quoted} is packed by method ${code} (stored and deflated can be read)`);
  const { packed, unpacked, start } = longSizes(view, at, extraStart, extraEnd);
  if (method === 'stored' && packed !== unpacked)
    zipFault(
      t`${quoted} is stored uncompressed, but has two sizes: ${packed} and ${unpacked} bytes`,
    );
  if (unpacked > Math.min(limits.entryBytes, mostUnpacked(packed)))
    zipFault(t`${quoted} claims to unpack ${packed} bytes to ${unpacked}`);
  if (start + HEADER_BYTES > directoryStart) zipFault(t`${quoted} has no header at byte ${start}`);
  const crc = view.u32(at + 16);
  const entry = { name, nameBytes, method, crc, packed, unpacked, start, end: directoryStart };
  if (leastEnd(entry) > directoryStart)
    zipFault(t`${quoted} (from byte ${start}) lies outside the file's data`);
  return { entry, next };
}

/** Where an entry ends if its header has no extra fields. */
const leastEnd = ({ start, nameBytes, packed }: MutableEntry): number =>
  start + HEADER_BYTES + nameBytes.length + packed;

function readName(bytes: Uint8Array, limits: ZipLimits): string {
  let name: string;
  try {
    name = UTF8.decode(bytes);
  } catch {
    name = limits.utf8Names ? zipFault(t`an entry has a name that is no UTF-8`) : latin1(bytes);
  }
  return name.replaceAll('\\', '/');
}

/** Sizes and position; those that are all ones are in the Zip64 extra field (id 1), in this order. */
function longSizes(view: ZipView, at: number, extraStart: number, extraEnd: number) {
  let [unpacked, packed, start] = [view.u32(at + 24), view.u32(at + 20), view.u32(at + 42)];
  for (let field = extraStart; field + 4 <= extraEnd; ) {
    const fieldEnd = field + 4 + view.u16(field + 2);
    if (fieldEnd > extraEnd) zipFault(t`an extra field of the directory is cut off`);
    if (view.u16(field) === 1) {
      let value = field + 4;
      const long = (short: number): number => {
        if (short !== 0xffffffff) return short;
        if (value + 8 > fieldEnd) zipFault(t`a Zip64 field of the directory is too short`);
        value += 8;
        return view.u64(value - 8);
      };
      [unpacked, packed, start] = [long(unpacked), long(packed), long(start)];
    }
    field = fieldEnd;
  }
  return { unpacked, packed, start };
}

/** Each entry's end. With overlapping entries, a small file could unpack to terabytes. */
function setEnds(
  entries: readonly MutableEntry[],
  directoryStart: number,
  unpackedBytes: number,
): void {
  const ordered = entries.toSorted((a, b) => a.start - b.start);
  let total = 0;
  for (const [i, entry] of ordered.entries()) {
    const next = ordered[i + 1];
    entry.end = next?.start ?? directoryStart;
    if (leastEnd(entry) > entry.end)
      zipFault(t`${JSON.stringify(next?.name)} overlaps ${JSON.stringify(entry.name)}`);
    total += entry.unpacked;
  }
  if (total > unpackedBytes)
    zipFault(t`it unpacks to ${mebibytes(total)} (${mebibytes(unpackedBytes)} at most)`);
}
