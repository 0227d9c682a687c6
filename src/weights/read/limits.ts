/** Limits for weights files. A file beyond them is refused before anything of its size is allocated. */

/** ResNet-152 with its momentum takes half of it. */
export const MAX_FILE_BYTES = 2 ** 30;
/** Bytes of all tensors as float32; also of everything that a zip file unpacks to. */
export const MAX_UNPACKED_BYTES = 2 ** 30;
/** Entries of a zip file. A ResNet of depth 1202 has about 6,000 tensors. */
export const MAX_ZIP_ENTRIES = 65_536;
/** The pickle that lists the tensors of a `.pth` file. */
export const MAX_PICKLE_BYTES = 16 * 2 ** 20;
/** A tensor and its momentum take about 60. */
export const MAX_PICKLE_INSTRUCTIONS = 2_000_000;
/** Dimensions of a tensor; NumPy's own limit. */
export const MAX_DIMENSIONS = 32;

export const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
