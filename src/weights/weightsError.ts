/** A weights file that cannot be used. The message names the fault and, if it is one tensor's, the tensor. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
}
