/** A convolution's forward pass and its three gradients. */
import type { Binding } from '../../plan/buffers.ts';
import type { NormOperation } from '../../plan/operations/operation.ts';
import type { CompletedNorm, StepOf } from '../../plan/steps.ts';
import type { ChannelSums } from '../kernels/batchNormGradient/batchNormGradient.ts';
import { channelSum } from '../kernels/channelSum/channelSum.ts';
import { combineSums } from '../kernels/combineSums/combineSums.ts';
import { convForward, momentsLength, momentsTile } from '../kernels/convForward/convForward.ts';
import { CONV_FORWARD } from '../kernels/convForward/convForward.tunable.ts';
import {
  convInputGradient,
  tileSumsPerChannel,
} from '../kernels/convInputGradient/convInputGradient.ts';
import { CONV_INPUT_GRADIENT } from '../kernels/convInputGradient/convInputGradient.tunable.ts';
import type { NormReduction } from '../kernels/convInputGradient/shape.ts';
import {
  convWeightGradient,
  convWeightGradientCopies,
} from '../kernels/convWeightGradient/convWeightGradient.ts';
import { CONV_WEIGHT_GRADIENT } from '../kernels/convWeightGradient/convWeightGradient.tunable.ts';
import type { Lowering } from './lowering.ts';

/** Normalises its input if that is not in memory, and leaves moments of its output for the BatchNorm that follows. */
export function lowerConv(
  lowering: Lowering,
  { operation, input, output, isNormalized }: StepOf<'conv'>,
): void {
  const { name, weight, bias } = operation;
  const { x, norm } = lowering.load(input);
  const shape = lowering.convShape(operation, input.format, output.format);
  const tile = lowering.tile(CONV_FORWARD, shape);
  const bindings = {
    input: x,
    weight: lowering.parameter('weights', weight),
    bias: bias === null ? null : lowering.parameter('weights', bias),
    output: lowering.tensor(output),
  };
  let moments: Binding | null = null;
  if (isNormalized) {
    moments = lowering.scratch(`${name} moments`, momentsLength(shape, tile));
    lowering.moments.set(output, { moments, tile: momentsTile(tile) });
  }
  lowering.emit(name, convForward(shape, bindings, tile, { norm, moments }));
}

export function lowerConvWeightGradient(
  lowering: Lowering,
  { operation, input, outputGradient }: StepOf<'convWeightGradient'>,
): void {
  const shape = lowering.convShape(operation, input.format, outputGradient.format);
  const { x, norm } = lowering.load(input);
  const tile = lowering.tile(CONV_WEIGHT_GRADIENT, shape);
  const copies = convWeightGradientCopies(shape, tile);
  const partials = lowering.gradientSums.partialsOf(operation.weight, copies);
  const bindings = { input: x, outputGradient: lowering.tensor(outputGradient), partials };
  lowering.emit(operation.name, convWeightGradient(shape, bindings, tile, norm));
}

export function lowerBiasGradient(
  lowering: Lowering,
  { operation, bias, outputGradient }: StepOf<'biasGradient'>,
): void {
  const output = lowering.parameter('gradients', bias);
  const bindings = { input: lowering.tensor(outputGradient), output };
  lowering.emit(operation.name, channelSum(lowering.shape(outputGradient), bindings));
}

/** If this completes the gradient of a BatchNorm's output, takes that BatchNorm's sums in passing. */
export function lowerConvInputGradient(
  lowering: Lowering,
  step: StepOf<'convInputGradient'>,
): void {
  const { operation, outputGradient, inputGradient, accumulate, completes } = step;
  const shape = lowering.convShape(operation, inputGradient.format, outputGradient.format);
  const bindings = {
    outputGradient: lowering.tensor(outputGradient),
    weight: lowering.parameter('weights', operation.weight),
    inputGradient: lowering.tensor(inputGradient),
  };
  const tile = lowering.tile(CONV_INPUT_GRADIENT, shape);
  if (completes === null) {
    lowering.emit(operation.name, convInputGradient(shape, bindings, { accumulate }, tile));
    return;
  }
  const count = tileSumsPerChannel(shape, tile);
  const { channels } = operation.inputShape;
  const tileSums = lowering.scratch(`${completes.operation.name} sums`, 2 * channels * count);
  const reduction = reductionFor(lowering, completes, tileSums);
  const fusion = { accumulate, reduction };
  lowering.emit(operation.name, convInputGradient(shape, bindings, fusion, tile));
  const sums = channelSums(lowering, completes.operation, tileSums, { channels, count });
  lowering.reduced.set(completes.output, sums);
}

function reductionFor(
  lowering: Lowering,
  { operation, input, output }: CompletedNorm,
  tileSums: Binding,
): NormReduction<Binding> {
  const { affine, mean, rstd } = lowering.norm(operation.norm);
  const from = lowering.loaded.has(output) ? { affine } : { activated: lowering.tensor(output) };
  const { activation } = operation;
  return { x: lowering.tensor(input), mean, rstd, activation, from, tileSums };
}

/** The sums over channels, of `count` parts each: by a separate kernel, unless readers add the parts up themselves. */
function channelSums(
  lowering: Lowering,
  { name, norm }: NormOperation,
  tileSums: Binding,
  { channels, count }: { readonly channels: number; readonly count: number },
): ChannelSums<Binding> {
  if (lowering.addsUpAgain(count)) {
    return { kind: 'tiles', tileSums, count, affineGradient: lowering.affine('gradients', norm) };
  }
  const gradients = lowering.affineGradients(norm);
  lowering.emit(name, combineSums({ channels, count }, { sums: tileSums, ...gradients }));
  return { kind: 'summed', ...gradients };
}
