/** Share of a batch's statistics in BatchNorm's running ones: PyTorch's default. */
export const RUNNING_MOMENTUM = 0.1;
