/** BatchNorm, shortcut's addition and activation, forward and backward. */
import type { Binding } from '../../plan/buffers.ts';
import { hasNorm, type NormOperation } from '../../plan/operations/operation.ts';
import type { StepOf } from '../../plan/steps.ts';
import { activationGradient } from '../kernels/activationGradient/activationGradient.ts';
import {
  batchNormGradientApply,
  batchNormGradientReduce,
  type ChannelSums,
} from '../kernels/batchNormGradient/batchNormGradient.ts';
import {
  batchNormStatistics,
  countOf,
} from '../kernels/batchNormStatistics/batchNormStatistics.ts';
import { combineMoments } from '../kernels/combineMoments/combineMoments.ts';
import { momentsPerChannel } from '../kernels/combineMoments/moments.ts';
import { isCheap } from '../kernels/normalize.ts';
import { type DeferredNorm, pointwise } from '../kernels/pointwise/pointwise.ts';
import { subsamplePadGradient } from '../kernels/subsamplePadGradient/subsamplePadGradient.ts';
import type { Lowering } from './lowering.ts';

/** From the moments that the convolution left, else from the values; or left to the `pointwise` kernel. */
export function lowerBatchNormStatistics(
  lowering: Lowering,
  { operation, input }: StepOf<'batchNormStatistics'>,
): void {
  const deferred = deferredNorm(lowering, { operation, input });
  if (deferred !== null) {
    lowering.deferredNorms.set(operation, deferred);
    return;
  }
  const { mean, rstd } = lowering.norm(operation.norm);
  const runningMean = lowering.statistic('running', operation.norm.runningMean);
  const runningVar = lowering.statistic('running', operation.norm.runningVar);
  const statistics = { mean, rstd, runningMean, runningVar };
  const shape = { ...lowering.shape(input), epsilon: operation.norm.epsilon };
  const left = lowering.moments.get(input);
  const call =
    left === undefined
      ? batchNormStatistics(shape, { input: lowering.tensor(input), ...statistics })
      : combineMoments(shape, left.tile, { moments: left.moments, ...statistics });
  lowering.emit(operation.name, call);
}

/** What `pointwise` needs to put the statistics together; null if it can't, or if that would take longer. */
function deferredNorm(
  lowering: Lowering,
  { operation, input }: Pick<StepOf<'batchNormStatistics'>, 'operation' | 'input'>,
): DeferredNorm<Binding> | null {
  const left = lowering.moments.get(input);
  if (left === undefined || operation.fusesIntoLoad) return null;
  const parts = momentsPerChannel(lowering.shape(input), left.tile);
  if (!lowering.addsUpAgain(parts)) return null;
  const { affine } = lowering.norm(operation.norm);
  const statistics = lowering.bothStatistics('statistics', operation.norm);
  const running = lowering.bothStatistics('running', operation.norm);
  const secondOffset = lowering.layout.statisticFloats / 2;
  const { epsilon } = operation.norm;
  return { ...left, epsilon, affine, statistics, running, secondOffset };
}

export function lowerPointwise(
  lowering: Lowering,
  { operation, input, shortcut, output }: StepOf<'pointwise'>,
): void {
  const { activation, name } = operation;
  if (operation.fusesIntoLoad && hasNorm(operation) && isCheap(activation)) {
    const { affine, mean, rstd } = lowering.norm(operation.norm);
    const x = lowering.tensor(input);
    lowering.loaded.set(output, { x, norm: { affine, mean, rstd, activation } });
    return;
  }
  const known = hasNorm(operation) ? lowering.norm(operation.norm) : null;
  const norm = lowering.deferredNorms.get(operation) ?? known;
  const subsamplePad = operation.shortcut?.subsamplePad ?? null;
  const bindings = {
    input: lowering.tensor(input),
    output: lowering.tensor(output),
    norm,
    shortcut: shortcut === null ? null : lowering.tensor(shortcut),
  };
  lowering.emit(name, pointwise(lowering.shape(output), { activation, subsamplePad }, bindings));
}

export function lowerPointwiseGradient(
  lowering: Lowering,
  step: StepOf<'pointwiseGradient'>,
): void {
  const { operation, output, gradient, shortcutGradient, accumulate } = step;
  const { name, activation } = operation;
  const shape = lowering.shape(output);
  const bound = lowering.tensor(gradient);
  let sums: ChannelSums<Binding> | null = null;
  if (hasNorm(operation)) {
    sums = lowering.reduced.get(output) ?? reduce(lowering, operation, step);
  } else if (activation !== 'none') {
    const inputGradient = lowering.tensor(step.inputGradient);
    const bindings = { gradient: bound, output: lowering.tensor(output), inputGradient };
    const count = countOf(shape) * shape.channels;
    lowering.emit(name, activationGradient(count, activation, bindings, shape.format));
  }
  // From here on `gradient` is that of the sum.
  const from = operation.shortcut?.subsamplePad ?? null;
  if (from !== null && shortcutGradient !== null) {
    const bindings = { outputGradient: bound, inputGradient: lowering.tensor(shortcutGradient) };
    lowering.emit(name, subsamplePadGradient(shape, from, bindings));
  }
  if (!hasNorm(operation) || sums === null) return;
  const { gamma, mean, rstd } = lowering.norm(operation.norm);
  const input = lowering.tensor(step.input);
  const inputGradient = lowering.tensor(step.inputGradient);
  const bindings = { gradient: bound, input, gamma, mean, rstd, sums, inputGradient };
  lowering.emit(name, batchNormGradientApply(shape, accumulate, bindings));
}

/** The two sums over each channel, if no convolution has taken them. */
function reduce(
  lowering: Lowering,
  { name, norm, activation }: NormOperation,
  { input, output, gradient }: StepOf<'pointwiseGradient'>,
): ChannelSums<Binding> {
  const { mean, rstd } = lowering.norm(norm);
  const gradients = lowering.affineGradients(norm);
  const bindings = {
    gradient: lowering.tensor(gradient),
    input: lowering.tensor(input),
    output: lowering.tensor(output),
    ...{ mean, rstd, ...gradients },
  };
  lowering.emit(name, batchNormGradientReduce(lowering.shape(output), activation, bindings));
  return { kind: 'summed', ...gradients };
}
