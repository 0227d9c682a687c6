/** A weights file that can't be used. The message names the fault and, where there is one, the tensor. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
}
