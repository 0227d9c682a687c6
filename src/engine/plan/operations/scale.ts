/** A block's branch or shortcut times a number, a learnt one, one a channel, or 0 in the steps that drop it. */
import type { PassBuilder } from '../passBuilder.ts';
import type { BatchTensor } from '../steps.ts';
import type { Operation, ScaleFactor, ScaleOperation } from './operation.ts';

export function scaleForward(pass: PassBuilder, operation: ScaleOperation): void {
  const input = pass.value(operation.input);
  const by = pass.mode === 'training' ? drawn(operation) : expected(operation);
  pass.add({ kind: 'scale', operation, by, input, output: pass.newValue(operation) });
}

/** The other way into the addition may hold its gradient in the same tensor, so that of the input needs another one. */
export function scaleBackward(
  pass: PassBuilder,
  operation: ScaleOperation,
  outputGradient: BatchTensor,
): void {
  const { weight } = operation;
  const by = drawn(operation);
  if (weight !== null) {
    const input = pass.value(operation.input);
    pass.add({ kind: 'scaleWeightGradient', operation, by, weight, input, outputGradient });
  }
  const inputGradient = pass.newInputGradient(operation);
  pass.add({ kind: 'scaleGradient', operation, by, outputGradient, inputGradient });
}

/** The gradient of `operation`'s output in a tensor of its own. */
export function copyGradient(
  pass: PassBuilder,
  { name, output, outputShape }: Operation,
  gradient: BatchTensor,
): BatchTensor {
  const copy = pass.newTensor(`${name} own gradient`, output, outputShape);
  const ends = { name, input: output, output, inputShape: outputShape, outputShape };
  const once = { factor: 1, weight: null, survival: 1, stream: 0, perChannel: false };
  const operation: ScaleOperation = { kind: 'scale', ...ends, ...once };
  const by = { factor: 1, alive: null };
  pass.add({ kind: 'scaleGradient', operation, by, outputGradient: gradient, inputGradient: copy });
  return copy;
}

const drawn = ({ factor, survival, stream }: ScaleOperation): ScaleFactor => ({
  factor,
  alive: survival < 1 ? { survival, stream } : null,
});

/** Huang et al. 2016, eq. 5: a branch that counted in some steps counts in part. */
const expected = ({ factor, survival }: ScaleOperation): ScaleFactor => ({
  factor: factor * survival,
  alive: null,
});
