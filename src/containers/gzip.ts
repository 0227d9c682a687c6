/** Unpacks a gzip file (RFC 1952) of one member, to no more than the limit. */
import { Gunzip } from 'fflate';
import { ContainerError, faultOf, mebibytes } from './containerError.ts';
import { crc32 } from './crc32.ts';
import { mostUnpacked } from './limits.ts';
import { t } from '../text/t.ts';

/** Packed bytes per push: at most 4 MiB come out before the size is checked again. */
const PUSH_BYTES = 4096;
/** The checksum and the length of what it unpacks to. */
const FOOTER_BYTES = 8;

const fault = faultOf(t`gzip file`);

export const isGzip = (start: Uint8Array): boolean =>
  start[0] === 0x1f && start[1] === 0x8b && start[2] === 8;

/** @param most bytes it may unpack to. @throws ContainerError if it is damaged or too large. */
export const gunzip = (bytes: Uint8Array, most = mostUnpacked(bytes.length)): Uint8Array =>
  new GzipReader(most).push(bytes).end();

/** For files that come in parts. All methods throw ContainerError if the file is damaged or too large. */
export class GzipReader {
  private readonly chunks: Uint8Array[] = [];
  private length = 0;
  private footer = new Uint8Array();
  private readonly unpacker = new Gunzip((chunk) => {
    this.length += chunk.length;
    if (this.length > this.most) fault(t`it unpacks to more than ${mebibytes(this.most)}`);
    this.chunks.push(chunk);
  });

  /** @param most bytes it may unpack to. */
  constructor(private readonly most: number) {}

  push(part: Uint8Array): this {
    for (let at = 0; at < part.length; at += PUSH_BYTES) {
      this.unpack(part.subarray(at, at + PUSH_BYTES), false);
    }
    const end = Uint8Array.of(...this.footer, ...part.subarray(-FOOTER_BYTES));
    this.footer = end.subarray(-FOOTER_BYTES);
    return this;
  }

  /** All that was unpacked. */
  end(): Uint8Array {
    this.unpack(new Uint8Array(), true);
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (let chunk = this.chunks.shift(); chunk !== undefined; chunk = this.chunks.shift()) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    const { buffer, length } = this.footer;
    const crc =
      length < FOOTER_BYTES
        ? null
        : new DataView(buffer, this.footer.byteOffset).getUint32(0, true);
    if (crc !== crc32(whole)) fault(t`it is damaged or cut off: its checksum is wrong`);
    return whole;
  }

  private unpack(part: Uint8Array, isLast: boolean): void {
    try {
      this.unpacker.push(part, isLast);
    } catch (error) {
      if (error instanceof ContainerError) throw error;
      fault(t`it is damaged or cut off`);
    }
  }
}
