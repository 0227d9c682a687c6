/** A zip file in memory, its entries unpacked one at a time. */
import {
  findDirectory,
  readDirectory,
  TAIL_BYTES,
  type ZipEntry,
  type ZipLimits,
  zipFault,
} from './directory.ts';
import { unpackEntry } from './entry.ts';
import { t } from '../../text/t.ts';

export class ZipFile {
  private readonly entries: ReadonlyMap<string, ZipEntry>;

  /** @throws ContainerError if the directory is malformed or beyond the limits. */
  constructor(
    private readonly bytes: Uint8Array,
    limits: ZipLimits,
  ) {
    const directory = findDirectory(bytes.subarray(-TAIL_BYTES), bytes.length, limits);
    this.entries = readDirectory(bytes.subarray(directory.start, directory.end), directory, limits);
  }

  get names(): string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The unpacked bytes an entry declares. @throws ContainerError if there is no such entry. */
  size(name: string): number {
    return this.entry(name).unpacked;
  }

  /**
   * An entry's bytes: a view of the file if they are stored uncompressed.
   * @throws ContainerError if there is no such entry, or it is damaged.
   */
  read(name: string): Uint8Array {
    const entry = this.entry(name);
    return unpackEntry(this.bytes.subarray(entry.start, entry.end), entry);
  }

  private entry(name: string): ZipEntry {
    return this.entries.get(name) ?? zipFault(t`there is no entry ${JSON.stringify(name)}`);
  }
}
