/** Group normalisation, forward and backward. */
import type { StateLayout } from '../../plan/layout.ts';
import type { BatchTensor, StepOf } from '../../plan/steps.ts';
import {
  groupNorm,
  groupNormGradient,
  type GroupNormShape,
  groupNormSums,
} from '../kernels/groupNorm/groupNorm.ts';
import type { Arithmetic } from '../kernels/kernel.ts';
import { kernelStep, parameterPlace, tensor } from './places.ts';
import type { CpuStep } from './step.ts';

const shapeOf = (
  { shape: { channels, height, width } }: BatchTensor,
  batch: number,
  groups: number,
): GroupNormShape => ({ batch, channels, height, width, groups });

export function groupNormStep(
  layout: StateLayout,
  arithmetic: Arithmetic,
  images: number,
  { operation, input, output, moments }: StepOf<'groupNorm'>,
): CpuStep {
  const { name, groups, weight, bias, epsilon } = operation;
  const places = {
    ...{ input: tensor(input), output: tensor(output), moments: tensor(moments) },
    gamma: parameterPlace(layout, 'weights', weight),
    beta: parameterPlace(layout, 'weights', bias),
  };
  return kernelStep(name, places, groupNorm, shapeOf(input, images, groups), epsilon, arithmetic);
}

export function groupNormGradientSteps(
  layout: StateLayout,
  images: number,
  step: StepOf<'groupNormGradient'>,
): readonly CpuStep[] {
  const { name, groups, weight, bias } = step.operation;
  const shape = shapeOf(step.input, images, groups);
  const given = {
    gradient: tensor(step.outputGradient),
    input: tensor(step.input),
    moments: tensor(step.moments),
    sums: tensor(step.sums),
  };
  const parameters = {
    gammaGradient: parameterPlace(layout, 'gradients', weight),
    betaGradient: parameterPlace(layout, 'gradients', bias),
  };
  const others = {
    gamma: parameterPlace(layout, 'weights', weight),
    inputGradient: tensor(step.inputGradient),
  };
  return [
    kernelStep(name, { ...given, ...parameters }, groupNormSums, shape),
    kernelStep(name, { ...given, ...others }, groupNormGradient, shape, step.accumulate),
  ];
}
