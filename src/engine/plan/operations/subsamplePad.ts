/** The option-A shortcut of a block whose branch is cut: nothing is added to it. */
import type { PassBuilder } from '../passBuilder.ts';
import type { BatchTensor } from '../steps.ts';
import type { SubsamplePadOperation } from './operation.ts';

export function subsamplePadForward(pass: PassBuilder, operation: SubsamplePadOperation): void {
  const input = pass.value(operation.input);
  pass.add({ kind: 'subsamplePad', operation, input, output: pass.newValue(operation) });
}

export function subsamplePadBackward(
  pass: PassBuilder,
  operation: SubsamplePadOperation,
  outputGradient: BatchTensor,
): void {
  const inputGradient = pass.newInputGradient(operation);
  pass.add({ kind: 'subsamplePadGradient', operation, outputGradient, inputGradient });
}
