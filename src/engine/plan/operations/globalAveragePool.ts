/** The mean over each plane, before the classifier. */
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
  const inputGradient = pass.newInputGradient(operation);
  pass.add({ kind: 'globalAveragePoolGradient', operation, outputGradient, inputGradient });
}
