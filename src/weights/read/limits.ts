/** Limits for weights files. A file beyond them is refused before anything of its size is allocated. */
import type { ZipLimits } from '../../containers/zip/directory.ts';

/** ResNet-152 with its momentum takes half of it. */
export const MAX_FILE_BYTES = 2 ** 30;
/** Bytes of all tensors as float32. */
export const MAX_UNPACKED_BYTES = 2 ** 30;

/**
 * A ResNet of depth 1202 has about 6,000 tensors, each in an entry of its own.
 * @param most bytes that all of it may unpack to.
 */
export const zipLimits = (most: number): ZipLimits => ({
  ...{ entries: 65_536, entryBytes: most, unpackedBytes: most, utf8Names: true },
});
/** The pickle that lists the tensors of a `.pth` file. */
export const MAX_PICKLE_BYTES = 16 * 2 ** 20;
