/** Members of a tar file (POSIX ustar, GNU and PAX long names left as they are), as views of it. */
import { WeightsError } from '../weightsError.ts';

const BLOCK = 512;
const MAX_MEMBERS = 4096;

export interface TarMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Whether the first header's checksum is right. */
export function isTar(bytes: Uint8Array): boolean {
  return bytes.length >= BLOCK && checksum(bytes.subarray(0, BLOCK)) === octal(bytes, 148, 8);
}

/** Files in order. @throws WeightsError for a damaged or cut file. */
export function tarMembers(bytes: Uint8Array): TarMember[] {
  const members: TarMember[] = [];
  let at = 0;
  while (at + BLOCK <= bytes.length && bytes[at] !== 0) {
    const header = bytes.subarray(at, at + BLOCK);
    const size = octal(header, 124, 12);
    if (checksum(header) !== octal(header, 148, 8) || size === null) {
      throw new WeightsError(`tar file: the header at byte ${at} is damaged`);
    }
    const start = at + BLOCK;
    if (start + size > bytes.length) throw new WeightsError('tar file: it is cut off');
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === '0' || type === '\0') {
      members.push({ name: nameOf(header), bytes: bytes.subarray(start, start + size) });
    }
    if (members.length > MAX_MEMBERS)
      throw new WeightsError(`tar file: more than ${MAX_MEMBERS} files`);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return members;
}

const nameOf = (header: Uint8Array): string => field(header, 0, 100).replace(/^\.\//, '');

const field = (bytes: Uint8Array, at: number, length: number): string =>
  new TextDecoder('latin1').decode(bytes.subarray(at, at + length)).replace(/\0.*$/s, '');

function octal(bytes: Uint8Array, at: number, length: number): number | null {
  const text = field(bytes, at, length).trim();
  const value = Number.parseInt(text, 8);
  return /^[0-7]+$/.test(text) && Number.isSafeInteger(value) ? value : null;
}

/** The sum of the header's bytes, those of the checksum counted as blanks. */
function checksum(header: Uint8Array): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}
