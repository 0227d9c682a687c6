/** BatchNorm's constants, PyTorch's defaults. */

/** Added to the variance. */
export const EPSILON = 1e-5;
/** Share of a batch's statistics in the running ones. */
export const RUNNING_MOMENTUM = 0.1;
