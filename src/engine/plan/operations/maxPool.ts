/** Max-pooling of the ImageNet stem. Backward needs to know where each maximum was. */
import { SINGLE_PRECISION } from '../formats.ts';
import type { PassBuilder } from '../passBuilder.ts';
import type { BatchTensor } from '../steps.ts';
import type { MaxPoolOperation } from './operation.ts';

export function maxPoolForward(pass: PassBuilder, operation: MaxPoolOperation): void {
  const { name, outputShape, output } = operation;
  const argmax = { label: `${name} argmax`, shape: outputShape, format: SINGLE_PRECISION };
  pass.argmax.set(output, argmax);
  const input = pass.value(operation.input);
  pass.add({ kind: 'maxPool', operation, input, output: pass.newValue(operation), argmax });
}

export function maxPoolBackward(
  pass: PassBuilder,
  operation: MaxPoolOperation,
  outputGradient: BatchTensor,
): void {
  const argmax = pass.argmax.get(operation.output);
  if (argmax === undefined) throw new Error(`${operation.name} kept no argmax`);
  const inputGradient = pass.newInputGradient(operation);
  pass.add({ kind: 'maxPoolGradient', operation, outputGradient, argmax, inputGradient });
}
