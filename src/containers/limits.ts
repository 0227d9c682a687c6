/**
 * What files may make of themselves in memory. Whatever one claims, it is held against its own size: a small file stays
 * small. Limits that belong to one format stand with it; each is in docs/images.md or docs/formats.md.
 */

/** What any file may unpack to, however small. */
const LEAST_BYTES = 32 * 2 ** 20;
/** And per byte beyond: images, weights and tables that people make pack to a sixtieth at best, bombs to a thousandth. */
const RATIO = 64;
/** In memory at once; CIFAR’s archives unpack to 190 MB. */
const MOST_BYTES = 2 ** 30;

/** Bytes that `packedBytes` may unpack to where that goes on one part at a time. */
export const mostInParts = (packedBytes: number): number => LEAST_BYTES + RATIO * packedBytes;

/** Bytes that `packedBytes` may unpack to. */
export const mostUnpacked = (packedBytes: number): number =>
  Math.min(MOST_BYTES, mostInParts(packedBytes));

/** Archives within archives. */
export const MAX_NESTING = 2;

/** Files in an archive. */
export const MAX_ENTRIES = 1_000_000;
