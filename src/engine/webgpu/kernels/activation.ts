/** The activations, as the kernels number and write them. */
import type { Activation } from '../../plan/operations/operation.ts';

/** Number of each activation in the `ACTIVATION` constant of the WGSL templates. */
export const ACTIVATION_INDEX: Readonly<Record<Activation, number>> = {
  none: 0,
  relu: 1,
  tanh: 2,
  sigmoid: 3,
};

export function activate(activation: Activation, x: number): number {
  switch (activation) {
    case 'none':
      return x;
    case 'relu':
      return Math.max(x, 0);
    case 'tanh':
      return Math.tanh(x);
    case 'sigmoid':
      return 1 / (1 + Math.exp(-x));
  }
}

/** The activation's derivative as a function of its output, which is all that backward keeps. */
export function activationSlope(activation: Activation, y: number): number {
  switch (activation) {
    case 'none':
      return 1;
    case 'relu':
      return y > 0 ? 1 : 0;
    case 'tanh':
      return 1 - y * y;
    case 'sigmoid':
      return y * (1 - y);
  }
}
