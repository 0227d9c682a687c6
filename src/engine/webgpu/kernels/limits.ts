/** What every WebGPU adapter has: kernels keep to it without asking. */

/** Bytes of workgroup memory. */
export const WORKGROUP_BYTES = 16_384;
/** Invocations of a workgroup. */
export const WORKGROUP_LANES = 256;
/** Storage buffers that a kernel binds. */
export const STORAGE_BUFFERS = 8;
