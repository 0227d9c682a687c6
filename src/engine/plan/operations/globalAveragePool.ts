/** The mean over each plane, before the classifier and in squeeze-excitation. */
import type { PassBuilder } from '../passBuilder.ts';
import type { BatchTensor } from '../steps.ts';
import type { GlobalAveragePoolOperation } from './operation.ts';

export function globalAveragePoolForward(
  pass: PassBuilder,
  operation: GlobalAveragePoolOperation,
): void {
  const input = pass.value(operation.input);
  pass.add({ kind: 'globalAveragePool', operation, input, output: pass.newValue(operation) });
}

export function globalAveragePoolBackward(
  pass: PassBuilder,
  operation: GlobalAveragePoolOperation,
  outputGradient: BatchTensor,
): void {
  // What squeeze-excitation multiplies by these means has been reached before.
  const earlier = pass.gradients.get(operation.input);
  if (earlier !== undefined) pass.gradients.assertSole(earlier, operation.input);
  const inputGradient = earlier ?? pass.newInputGradient(operation);
  const accumulate = earlier !== undefined;
  const gradients = { outputGradient, inputGradient, accumulate };
  pass.add({ kind: 'globalAveragePoolGradient', operation, ...gradients });
}
