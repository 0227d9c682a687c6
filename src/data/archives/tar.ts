/** The files of a tar archive (POSIX ustar and pax; GNU's long names). */
import { fileOfBytes, type InputFile } from '../own/inputFile.ts';

const BLOCK = 512;
const text = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
};

/** Only regular files. @throws Error naming the fault */
export function tarFiles(tar: Uint8Array): InputFile[] {
  const files: InputFile[] = [];
  let longName: string | null = null;
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    if (octal(header.subarray(148, 156)) !== checksum(header))
      throw new Error('not a tar archive, or a damaged one');
    const size = octal(header.subarray(124, 136));
    const start = at + BLOCK;
    if (!(size >= 0) || start + size > tar.length) throw new Error('the tar archive is cut short');
    const content = tar.subarray(start, start + size);
    const kind = String.fromCharCode(header[156] ?? 0);
    if (kind === 'L') longName = text(content);
    else if (kind === 'x') longName = paxPath(content) ?? longName;
    else if (kind !== 'g') {
      if (kind === '0' || kind === '\0') {
        const prefix = text(header.subarray(345, 500));
        const name = text(header.subarray(0, 100));
        const isPosix = text(header.subarray(257, 262)) === 'ustar';
        const path = longName ?? (isPosix && prefix !== '' ? `${prefix}/${name}` : name);
        files.push(fileOfBytes(path.replace(/^\.\//, ''), content));
      }
      longName = null;
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  if (files.length === 0) throw new Error('not a tar archive, or a damaged one');
  return files;
}

export const isTar = (bytes: Uint8Array): boolean =>
  bytes.length >= BLOCK && octal(bytes.subarray(148, 156)) === checksum(bytes.subarray(0, BLOCK));

function octal(field: Uint8Array): number {
  const digits = text(field).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** Of a header, its own checksum counted as spaces. */
function checksum(header: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : (header[i] ?? 0);
  return sum;
}

/** Records such as `30 path=some/long/name\n`. */
const paxPath = (content: Uint8Array): string | null =>
  /(?:^|\n)\d+ path=([^\n]*)\n/.exec(new TextDecoder().decode(content))?.[1] ?? null;
