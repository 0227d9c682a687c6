/** Group normalisation. Backward needs each image's statistics. */
import { SINGLE_PRECISION } from '../formats.ts';
import type { PassBuilder } from '../passBuilder.ts';
import type { BatchTensor } from '../steps.ts';
import type { GroupNormOperation } from './operation.ts';

export function groupNormForward(pass: PassBuilder, operation: GroupNormOperation): void {
  const { name, groups, output } = operation;
  const shape = { channels: 2 * groups, height: 1, width: 1 };
  const moments = { label: `${name} moments`, shape, format: SINGLE_PRECISION };
  pass.moments.set(output, moments);
  const input = pass.value(operation.input);
  pass.add({ kind: 'groupNorm', operation, input, output: pass.newValue(operation), moments });
}

export function groupNormBackward(
  pass: PassBuilder,
  operation: GroupNormOperation,
  outputGradient: BatchTensor,
): void {
  const moments = pass.moments.get(operation.output);
  if (moments === undefined) throw new Error(`${operation.name} kept no moments`);
  const input = pass.value(operation.input);
  // The shortcut of a pre-activation block has reached the block's input before.
  const earlier = pass.gradients.get(operation.input);
  if (earlier !== undefined) pass.gradients.assertSole(earlier, operation.input);
  const inputGradient = earlier ?? pass.newInputGradient(operation);
  const accumulate = earlier !== undefined;
  const gradients = { outputGradient, inputGradient, accumulate };
  const shape = { channels: 2 * operation.outputShape.channels, height: 1, width: 1 };
  const sums = { label: `${operation.name} sums`, shape, format: SINGLE_PRECISION };
  pass.add({ kind: 'groupNormGradient', operation, input, moments, sums, ...gradients });
}
