/** Dropout. Backward draws the forward pass's mask again; in evaluation the output is the input. */
import type { PassBuilder } from '../passBuilder.ts';
import type { BatchTensor } from '../steps.ts';
import type { DropoutOperation } from './operation.ts';

export function dropoutForward(pass: PassBuilder, operation: DropoutOperation): void {
  const input = pass.value(operation.input);
  if (pass.mode === 'evaluation') pass.setValue(operation.output, input);
  else pass.add({ kind: 'dropout', operation, input, output: pass.newValue(operation) });
}

export function dropoutBackward(
  pass: PassBuilder,
  operation: DropoutOperation,
  outputGradient: BatchTensor,
): void {
  const inputGradient = pass.newInputGradient(operation);
  pass.add({ kind: 'dropoutGradient', operation, outputGradient, inputGradient });
}
