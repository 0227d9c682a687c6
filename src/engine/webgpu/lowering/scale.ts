/** A branch or a shortcut times its factor, and the gradient of what is learnt of it. */
import type { BatchTensor, StepOf } from '../../plan/steps.ts';
import { channelSum } from '../kernels/channelSum/channelSum.ts';
import { scale, scaleGradient, scaleWeightGradient } from '../kernels/scale/scale.ts';
import { STEP_BINDING } from './bindings.ts';
import type { Lowering } from './lowering.ts';

export function lowerScale(lowering: Lowering, step: StepOf<'scale'>): void {
  lowering.emit(step.operation.name, scale(...scaled(lowering, step, step.input, step.output)));
}

export function lowerScaleGradient(lowering: Lowering, step: StepOf<'scaleGradient'>): void {
  const { outputGradient, inputGradient } = step;
  const call = scaleGradient(...scaled(lowering, step, outputGradient, inputGradient));
  lowering.emit(step.operation.name, call);
}

function scaled(
  lowering: Lowering,
  { operation, by }: StepOf<'scale' | 'scaleGradient'>,
  input: BatchTensor,
  output: BatchTensor,
): Parameters<typeof scale<ReturnType<Lowering['tensor']>>> {
  const { weight, perChannel } = operation;
  const kind = weight === null ? 'none' : perChannel ? 'perChannel' : 'single';
  const shape = { ...lowering.shape(input), by, weight: kind } as const;
  const bindings = {
    ...{ input: lowering.tensor(input), output: lowering.tensor(output), step: STEP_BINDING },
    weight: weight === null ? STEP_BINDING : lowering.parameter('weights', weight),
  };
  return [shape, bindings];
}

/** The channels' sums; a number that all channels share has the sum of them. */
export function lowerScaleWeightGradient(
  lowering: Lowering,
  { operation, by, weight, input, outputGradient }: StepOf<'scaleWeightGradient'>,
): void {
  const { name, perChannel, inputShape } = operation;
  const { channels } = inputShape;
  const gradient = lowering.parameter('gradients', weight);
  const sums = perChannel ? gradient : lowering.scratch(`${name} sums`, channels);
  const shape = { ...lowering.shape(outputGradient), by };
  const bindings = {
    ...{ input: lowering.tensor(input), outputGradient: lowering.tensor(outputGradient) },
    ...{ sums, step: STEP_BINDING },
  };
  lowering.emit(name, scaleWeightGradient(shape, bindings));
  if (perChannel) return;
  const row = { batch: channels, channels: 1, height: 1, width: 1 };
  lowering.emit(name, channelSum(row, { input: sums, output: gradient }));
}
