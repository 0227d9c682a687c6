/** The files of a tar archive (POSIX ustar and pax, GNU’s long names), as views of it. */
import { faultOf } from './containerError.ts';
import { MAX_ENTRIES } from './limits.ts';
import { t } from '../text/t.ts';

const BLOCK_BYTES = 512;

export interface TarMember {
  /** Its path, with `/` between folders. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const fault = faultOf(t`tar file`);

/** Whether the first header’s checksum is right. */
export const isTar = (bytes: Uint8Array): boolean =>
  bytes.length >= BLOCK_BYTES && hasChecksum(bytes.subarray(0, BLOCK_BYTES));

/** Regular files in order. @throws ContainerError for a damaged or cut file. */
export function tarMembers(tar: Uint8Array): TarMember[] {
  const members: TarMember[] = [];
  let longName: string | null = null;
  for (let at = 0; at + BLOCK_BYTES <= tar.length && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + BLOCK_BYTES);
    const size = octal(header, 124, 12);
    if (!hasChecksum(header) || size === null) return fault(t`the header at byte ${at} is damaged`);
    const start = at + BLOCK_BYTES;
    if (start + size > tar.length) return fault(t`it is cut off`);
    const bytes = tar.subarray(start, start + size);
    const kind = String.fromCharCode(header[156] ?? 0);
    if (kind === 'L') longName = text(bytes);
    else if (kind === 'x') longName = paxPath(bytes) ?? longName;
    else if (kind !== 'g') {
      if (kind === '0' || kind === '\0') {
        const name = (longName ?? shortName(header)).replace(/^\.\//, '');
        members.push({ name, bytes });
      }
      longName = null;
    }
    if (members.length > MAX_ENTRIES) return fault(t`more than ${MAX_ENTRIES} files`);
    at = start + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  return members;
}

function shortName(header: Uint8Array): string {
  const [name, prefix] = [field(header, 0, 100), field(header, 345, 155)];
  return field(header, 257, 5) === 'ustar' && prefix !== '' ? `${prefix}/${name}` : name;
}

/** Records such as `30 path=some/long/name\n`. */
const paxPath = (content: Uint8Array): string | null =>
  /(?:^|\n)\d+ path=([^\n]*)\n/.exec(new TextDecoder().decode(content))?.[1] ?? null;

/** Up to the first zero byte. */
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).replace(/\0.*$/s, '');

const field = (header: Uint8Array, at: number, length: number): string =>
  text(header.subarray(at, at + length));

function octal(header: Uint8Array, at: number, length: number): number | null {
  const digits = field(header, at, length).trim();
  const value = Number.parseInt(digits, 8);
  return /^[0-7]+$/.test(digits) && Number.isSafeInteger(value) ? value : null;
}

/** The sum of the header’s bytes, those of the checksum counted as blanks. */
function hasChecksum(header: Uint8Array): boolean {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  return sum === octal(header, 148, 8);
}
