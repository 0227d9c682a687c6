/** Zip files for tests, whole and broken. */
import { type Zippable, zipSync } from 'fflate';

export type ZipContent = Readonly<Record<string, Uint8Array | string>>;

const bytesOf = (content: Uint8Array | string): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

/** @param level 0 stores, 9 deflates. */
export function zipOf(content: ZipContent, level: 0 | 9 = 0): Uint8Array {
  const files: Zippable = {};
  for (const [name, bytes] of Object.entries(content)) files[name] = [bytesOf(bytes), { level }];
  return zipSync(files);
}

/** Position of each file's directory entry, and of the end of the directory. */
export function directoryOf(zip: Uint8Array): { entries: number[]; end: number } {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = zip.length - 22;
  const entries: number[] = [];
  let at = view.getUint32(end + 16, true);
  while (at < end) {
    entries.push(at);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true);
  }
  return { entries, end };
}

/** Fields of a directory entry, by their position in it. */
const DIRECTORY = { flags: 8, method: 10, crc: 16, packed: 20, unpacked: 24, offset: 42 };

/** A copy of `bytes`, overwritten with little-endian numbers of `size` bytes. */
export function patched(
  bytes: Uint8Array,
  ...patches: readonly (readonly [at: number, value: number, size: 1 | 2 | 4])[]
): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (const [at, value, size] of patches) {
    if (size === 1) view.setUint8(at, value);
    else if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
  }
  return copy;
}

/** `zip` with a field of file `index`'s directory entry overwritten. */
export function withDirectoryField(
  zip: Uint8Array,
  field: keyof typeof DIRECTORY,
  value: number,
  index = 0,
): Uint8Array {
  const at = (directoryOf(zip).entries[index] ?? 0) + DIRECTORY[field];
  return patched(zip, [at, value, field === 'flags' || field === 'method' ? 2 : 4]);
}
