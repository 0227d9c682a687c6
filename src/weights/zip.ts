/** Writes zip files of stored (uncompressed) members. */
import { strToU8, type Zippable, zipSync } from 'fflate';

/** Fixed parts of a member's local header, and of one extra field. */
const LOCAL_HEADER_BYTES = 30;
const EXTRA_HEADER_BYTES = 4;
/** Extra field that PyTorch pads with, "FB". */
const PADDING_FIELD = 0x4246;

/** Written into every file, so that the same weights give the same bytes: Zip's earliest date. */
const MODIFIED = new Date(1980, 0, 1);

/** Members by their path in the zip. */
type ZipMembers = ReadonlyMap<string, Uint8Array | string>;

/**
 * A zip of `members` in their order. Each member's content starts at a multiple of `alignment` bytes, as in PyTorch's
 * own files, for memory mapping; an extra field before the content fills the gap.
 */
export function storedZip(members: ZipMembers, alignment = 1): Uint8Array<ArrayBuffer> {
  const files: Zippable = {};
  let at = 0;
  for (const [path, content] of members) {
    const bytes = typeof content === 'string' ? strToU8(content) : content;
    const start = at + LOCAL_HEADER_BYTES + strToU8(path).length;
    const padding = alignment === 1 ? 0 : paddingFrom(start, alignment);
    files[path] = [
      bytes,
      {
        level: 0,
        mtime: MODIFIED,
        ...(padding > 0
          ? { extra: { [PADDING_FIELD]: new Uint8Array(padding - EXTRA_HEADER_BYTES) } }
          : {}),
      },
    ];
    at = start + padding + bytes.length;
  }
  return zipSync(files);
}

/** Bytes from `start` to the next boundary: none, or enough for an extra field. */
function paddingFrom(start: number, alignment: number): number {
  const gap = (alignment - (start % alignment)) % alignment;
  return gap === 0 || gap >= EXTRA_HEADER_BYTES ? gap : gap + alignment;
}
