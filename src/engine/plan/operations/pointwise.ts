/** BatchNorm, the shortcut's addition and the activation: y = activation(norm(x) + shortcut), each of the three optional. */
import type { PassBuilder } from '../passBuilder.ts';
import type { BatchTensor } from '../steps.ts';
import { hasNorm, type PointwiseOperation } from './operation.ts';
import { copyGradient } from './scale.ts';

export function pointwiseForward(pass: PassBuilder, operation: PointwiseOperation): void {
  const input = pass.value(operation.input);
  if (pass.mode === 'training' && hasNorm(operation)) {
    pass.add({ kind: 'batchNormStatistics', operation, input });
  }
  const shortcut = operation.shortcut === null ? null : pass.value(operation.shortcut.value);
  const output = pass.newValue(operation);
  pass.add({ kind: 'pointwise', operation, input, shortcut, output });
}

/** The gradient of the sum reaches both branch and shortcut; one tensor may serve as both gradients. */
export function pointwiseBackward(
  pass: PassBuilder,
  operation: PointwiseOperation,
  arriving: BatchTensor,
): void {
  const { gradients } = pass;
  // A branch that ends in an activation: the shortcut's gradient lies in the same tensor.
  const isShared = operation.activation !== 'none' && !gradients.isSole(arriving, null);
  const gradient = isShared ? copyGradient(pass, operation, arriving) : arriving;
  const shortcutGradient = gradientOfShortcut(pass, operation, gradient);
  // The shortcut of a pre-activation block has reached the block's input before.
  const isHandedOn = operation.norm === null && operation.activation === 'none';
  const earlier = isHandedOn ? undefined : gradients.get(operation.input);
  let inputGradient = gradient;
  if (earlier !== undefined) {
    gradients.assertSole(earlier, operation.input);
    inputGradient = earlier;
  } else if (operation.norm !== null && !gradients.isSole(gradient, null)) {
    inputGradient = pass.newInputGradient(operation);
  } else {
    gradients.set(operation.input, gradient);
  }
  pass.add({
    kind: 'pointwiseGradient',
    operation,
    input: pass.value(operation.input),
    output: pass.value(operation.output),
    gradient,
    inputGradient,
    accumulate: earlier !== undefined,
    shortcutGradient,
  });
}

/** An identity's gradient is that of the sum, in the same tensor; option A needs another tensor. */
function gradientOfShortcut(
  pass: PassBuilder,
  { name, shortcut }: PointwiseOperation,
  gradient: BatchTensor,
): BatchTensor | null {
  if (shortcut === null) return null;
  const { value, subsamplePad } = shortcut;
  if (subsamplePad !== null) return pass.newGradient(name, value, subsamplePad);
  pass.gradients.set(value, gradient);
  return gradient;
}
