/** Convolution, and a linear layer as the 1×1 case. */
import type { PassBuilder } from '../passBuilder.ts';
import type { BatchTensor } from '../steps.ts';
import type { ConvOperation } from './operation.ts';

export function convForward(pass: PassBuilder, operation: ConvOperation): void {
  const input = pass.value(operation.input);
  const isNormalized = pass.mode === 'training' && pass.defUse.isNormalized(operation.output);
  pass.add({ kind: 'conv', operation, input, output: pass.newValue(operation), isNormalized });
}

export function convBackward(
  pass: PassBuilder,
  operation: ConvOperation,
  outputGradient: BatchTensor,
): void {
  const input = pass.value(operation.input);
  pass.add({ kind: 'convWeightGradient', operation, input, outputGradient });
  const { bias } = operation;
  if (bias !== null) pass.add({ kind: 'biasGradient', operation, bias, outputGradient });
  // Nobody asks for the images' gradient.
  if (operation.input === pass.images) return;
  const earlier = pass.gradients.get(operation.input);
  if (earlier !== undefined) pass.gradients.assertSole(earlier, operation.input);
  const inputGradient = earlier ?? pass.newInputGradient(operation);
  const accumulate = earlier !== undefined;
  const completes = pass.completedNorm(operation.input);
  const gradients = { outputGradient, inputGradient, accumulate };
  pass.add({ kind: 'convInputGradient', operation, ...gradients, completes });
}
