/** The end of squeeze-excitation: a branch, channel by channel, times what its own means have become. */
import type { PassBuilder } from '../passBuilder.ts';
import type { BatchTensor } from '../steps.ts';
import type { ChannelGateOperation } from './operation.ts';

export function channelGateForward(pass: PassBuilder, operation: ChannelGateOperation): void {
  const input = pass.value(operation.input);
  const factors = pass.value(operation.factors);
  pass.add({ kind: 'channelGate', operation, input, factors, output: pass.newValue(operation) });
}

export function channelGateBackward(
  pass: PassBuilder,
  operation: ChannelGateOperation,
  outputGradient: BatchTensor,
): void {
  const input = pass.value(operation.input);
  const factors = pass.value(operation.factors);
  const inputGradient = pass.newInputGradient(operation);
  const factorsGradient = pass.newGradient(operation.name, operation.factors, factors.shape);
  const gradients = { outputGradient, inputGradient, factorsGradient };
  pass.add({ kind: 'channelGateGradient', operation, input, factors, ...gradients });
}
