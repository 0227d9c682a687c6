/**
 * Entries of a zip file, unpacked one at a time, never to more than they declare. Our own because fflate's `unzip` checks
 * neither checksums nor overlaps nor sizes, and zip.js 2.24 accepts patch data (flag 0x20), does not name the entry at
 * fault, works only asynchronously, copies what is stored uncompressed, and adds 47 kB (gzip) to the importer.
 */
import { Inflate } from 'fflate';
import { crc32 } from '../../data/crc32.ts';
import { WeightsError } from '../weightsError.ts';
import { readZipDirectory, type ZipEntry } from './zipDirectory.ts';

/** Packed bytes per push: at most 16 MiB come out before the size is checked again. */
const CHUNK_BYTES = 16_384;

export class ZipFile {
  private readonly entries: ReadonlyMap<string, ZipEntry>;

  /** @throws WeightsError if the directory is malformed or beyond the limits. */
  constructor(private readonly bytes: Uint8Array) {
    this.entries = readZipDirectory(bytes);
  }

  get names(): string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The unpacked bytes an entry declares. @throws WeightsError if there is no such entry. */
  size(name: string): number {
    return this.entry(name).unpacked;
  }

  /**
   * An entry's bytes: a view of the file if they are stored uncompressed.
   * @throws WeightsError if there is no such entry, its size is not the declared one, or its checksum is wrong.
   */
  read(name: string): Uint8Array {
    const entry = this.entry(name);
    const packed = this.bytes.subarray(entry.dataStart, entry.dataStart + entry.packed);
    const bytes = entry.method === 'stored' ? packed : inflate(packed, entry);
    if (crc32(bytes) !== entry.crc) {
      throw new WeightsError(`zip file: ${JSON.stringify(name)} is damaged: its checksum is wrong`);
    }
    return bytes;
  }

  private entry(name: string): ZipEntry {
    const entry = this.entries.get(name);
    if (entry === undefined) {
      throw new WeightsError(`zip file: there is no entry ${JSON.stringify(name)}`);
    }
    return entry;
  }
}

function inflate(packed: Uint8Array, { name, unpacked }: ZipEntry): Uint8Array {
  const out = new Uint8Array(unpacked);
  const fault = (what: string): never => {
    throw new WeightsError(`zip file: ${JSON.stringify(name)} ${what}`);
  };
  let length = 0;
  const inflater = new Inflate((chunk) => {
    if (length + chunk.length > unpacked)
      fault(`unpacks to more than the ${unpacked} bytes it declares`);
    out.set(chunk, length);
    length += chunk.length;
  });
  try {
    for (let at = 0; at < packed.length; at += CHUNK_BYTES) {
      const end = at + CHUNK_BYTES;
      inflater.push(packed.subarray(at, end), end >= packed.length);
    }
  } catch (error) {
    if (error instanceof WeightsError) throw error;
    fault(`can't be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (length !== unpacked) fault(`unpacks to ${length} bytes and declares ${unpacked}`);
  return out;
}
