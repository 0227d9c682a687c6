/** Group normalisation: statistics by image first, then each value; backward sums by image, then the gradients. */
import type { StepOf } from '../../plan/steps.ts';
import {
  groupNorm,
  groupNormGradient,
  groupNormMoments,
  groupNormParameters,
  groupNormSums,
} from '../kernels/groupNorm/groupNorm.ts';
import type { Lowering } from './lowering.ts';

export function lowerGroupNorm(lowering: Lowering, step: StepOf<'groupNorm'>): void {
  const { name, groups, weight, bias, epsilon } = step.operation;
  const shape = { ...lowering.shape(step.input), groups };
  const input = lowering.tensor(step.input);
  const moments = lowering.tensor(step.moments);
  lowering.emit(name, groupNormMoments(shape, epsilon, { input, moments }));
  const bindings = {
    ...{ input, moments, output: lowering.tensor(step.output) },
    gamma: lowering.parameter('weights', weight),
    beta: lowering.parameter('weights', bias),
  };
  lowering.emit(name, groupNorm(shape, bindings));
}

export function lowerGroupNormGradient(
  lowering: Lowering,
  step: StepOf<'groupNormGradient'>,
): void {
  const { name, groups, weight, bias } = step.operation;
  const shape = { ...lowering.shape(step.outputGradient), groups };
  const given = {
    gradient: lowering.tensor(step.outputGradient),
    input: lowering.tensor(step.input),
    moments: lowering.tensor(step.moments),
    gamma: lowering.parameter('weights', weight),
  };
  const channelSums = lowering.tensor(step.sums);
  const groupSums = lowering.scratch(`${name} sums by group`, 2 * groups * shape.batch);
  lowering.emit(name, groupNormSums(shape, { ...given, channelSums, groupSums }));
  const parameters = {
    channelSums,
    gammaGradient: lowering.parameter('gradients', weight),
    betaGradient: lowering.parameter('gradients', bias),
  };
  lowering.emit(name, groupNormParameters(shape, parameters));
  const inputGradient = lowering.tensor(step.inputGradient);
  const bindings = { ...given, groupSums, inputGradient };
  lowering.emit(name, groupNormGradient(shape, step.accumulate, bindings));
}
