/** A value times a gate of its shape, or times what the gate leaves of 1: g·x or (1 − g)·x. */
import type { PassBuilder } from '../passBuilder.ts';
import type { BatchTensor } from '../steps.ts';
import type { GateOperation } from './operation.ts';

export function gateForward(pass: PassBuilder, operation: GateOperation): void {
  const [input, gate] = [pass.value(operation.input), pass.value(operation.gate)];
  pass.add({ kind: 'gate', operation, input, gate, output: pass.newValue(operation) });
}

/** Two operations may read one gate, whose gradient is the sum of both. */
export function gateBackward(
  pass: PassBuilder,
  operation: GateOperation,
  outputGradient: BatchTensor,
): void {
  const { gradients } = pass;
  const { name, outputShape } = operation;
  const [input, gate] = [pass.value(operation.input), pass.value(operation.gate)];
  const inputGradient = pass.newInputGradient(operation);
  const earlier = gradients.get(operation.gate);
  if (earlier !== undefined) gradients.assertSole(earlier, operation.gate);
  const gateGradient = earlier ?? pass.newGradient(`${name} gate`, operation.gate, outputShape);
  pass.add({
    ...{ kind: 'gateGradient', operation, input, gate, outputGradient },
    ...{ inputGradient, gateGradient, accumulate: earlier !== undefined },
  });
}
