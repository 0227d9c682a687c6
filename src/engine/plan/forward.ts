/** Lowers operations to the forward pass. Reads top to bottom as the network runs. */
import { batchNormStatistics } from '../webgpu/kernels/batchNormStatistics/batchNormStatistics.ts';
import { combineMoments } from '../webgpu/kernels/combineMoments/combineMoments.ts';
import { momentsPerChannel } from '../webgpu/kernels/combineMoments/moments.ts';
import {
  convForward,
  momentsLength,
  momentsTile,
} from '../webgpu/kernels/convForward/convForward.ts';
import { CONV_FORWARD } from '../webgpu/kernels/convForward/convForward.tunable.ts';
import { dropout } from '../webgpu/kernels/dropout/dropout.ts';
import { globalAveragePool } from '../webgpu/kernels/globalAveragePool/globalAveragePool.ts';
import { maxPool } from '../webgpu/kernels/maxPool/maxPool.ts';
import { type DeferredNorm, pointwise } from '../webgpu/kernels/pointwise/pointwise.ts';
import { SINGLE } from '../webgpu/kernels/storage.ts';
import { subsamplePad } from '../webgpu/kernels/subsamplePad/subsamplePad.ts';
import { STEP_BINDING } from './bindings.ts';
import type { Binding } from './buffers.ts';
import type { Lowering } from './lowering.ts';
import type { BatchNormNode, ConvOperation, Operation, PointwiseOperation } from './operations.ts';

/** Training normalises by the batch and drops out; evaluation normalises by the running statistics. */
export type Mode = 'training' | 'evaluation';

export function lowerForward(lowering: Lowering, operation: Operation, mode: Mode): void {
  const { name, outputShape } = operation;
  const emit = (call: Parameters<Lowering['emit']>[2]) => lowering.emit('forward', name, call);
  if (operation.kind === 'dropout' && mode === 'evaluation') {
    lowering.values.set(operation.output, lowering.value(operation.input));
    return;
  }
  if (operation.kind === 'conv') {
    lowerConv(lowering, operation, mode);
    return;
  }
  const input = lowering.value(operation.input);
  let fresh: DeferredNorm<Binding> | null = null;
  if (operation.kind === 'pointwise' && operation.norm !== null && mode === 'training') {
    fresh = freshNorm(lowering, operation, operation.norm);
    if (fresh === null) lowerStatistics(lowering, operation, operation.norm);
  }
  if (operation.kind === 'pointwise' && lowering.uses.isLoaded(operation)) {
    const { affine, mean, rstd } = lowering.norm(operation.norm);
    const { activation } = operation;
    lowering.loaded.set(operation.output, { x: input, norm: { affine, mean, rstd, activation } });
    return;
  }
  const output = lowering.transient(name, outputShape, lowering.formatOf(operation.output));
  lowering.values.set(operation.output, output);
  switch (operation.kind) {
    case 'pointwise': {
      const { norm: node, shortcut, activation } = operation;
      const shape = lowering.shape(outputShape, operation.output);
      const norm = fresh ?? (node === null ? null : lowering.norm(node));
      const added = shortcut === null ? null : lowering.value(shortcut.value);
      const options = { activation, subsamplePad: shortcut?.subsamplePad ?? null };
      emit(pointwise(shape, options, { input, output, norm, shortcut: added }));
      return;
    }
    case 'maxPool': {
      const { kernel, stride, padding } = operation;
      const shape = {
        ...lowering.shape(operation.inputShape, operation.input),
        ...{ kernel, stride, padding },
      };
      const argmax = lowering.transient(`${name} argmax`, outputShape, SINGLE);
      lowering.argmax.set(operation.output, argmax);
      emit(maxPool(shape, { input, output, argmax }));
      return;
    }
    case 'globalAveragePool':
      emit(
        globalAveragePool(lowering.shape(operation.inputShape, operation.input), { input, output }),
      );
      return;
    case 'subsamplePad':
      emit(
        subsamplePad(lowering.shape(outputShape, operation.output), operation.from, {
          input,
          output,
        }),
      );
      return;
    case 'dropout': {
      const { rate, stream } = operation;
      const shape = { batch: lowering.batch, channels: outputShape.channels, rate, stream };
      emit(dropout(shape, { input, output, step: STEP_BINDING }));
      return;
    }
    default:
      operation satisfies never;
  }
}

function lowerConv(lowering: Lowering, operation: ConvOperation, mode: Mode): void {
  const { name, outputShape, weight, bias } = operation;
  const { x, norm } = lowering.load(operation.input);
  const output = lowering.transient(name, outputShape, lowering.formatOf(operation.output));
  lowering.values.set(operation.output, output);
  const shape = lowering.convShape(operation);
  const tile = lowering.tile(CONV_FORWARD, shape);
  const bindings = {
    input: x,
    weight: lowering.parameter('weights', weight),
    bias: bias === null ? null : lowering.parameter('weights', bias),
    output,
  };
  let moments: Binding | null = null;
  if (mode === 'training' && lowering.uses.isNormalized(operation.output)) {
    moments = lowering.scratch(`${name} moments`, momentsLength(shape, tile));
    lowering.moments.set(operation.output, { moments, tile: momentsTile(tile) });
  }
  lowering.emit('forward', name, convForward(shape, bindings, tile, { norm, moments }));
}

/** What `operation` needs to put the batch's statistics together itself; null where it can't, or had better not. */
function freshNorm(
  lowering: Lowering,
  operation: PointwiseOperation,
  norm: BatchNormNode,
): DeferredNorm<Binding> | null {
  const left = lowering.moments.get(operation.input);
  if (left === undefined || lowering.uses.isLoaded(operation)) return null;
  const shape = lowering.shape(operation.outputShape, operation.output);
  if (!lowering.addsUpAnew(momentsPerChannel(shape, left.tile))) return null;
  const { affine } = lowering.norm(norm);
  const [statistics, running] = [
    lowering.bothStatistics('statistics', norm),
    lowering.bothStatistics('running', norm),
  ];
  const secondOffset = lowering.layout.statisticFloats / 2;
  return { ...left, affine, statistics, running, secondOffset };
}

/** The batch's statistics: from what the convolution before left of them, else from the values. */
function lowerStatistics(
  lowering: Lowering,
  { name, input, outputShape }: PointwiseOperation,
  norm: BatchNormNode,
): void {
  const { mean, rstd } = lowering.norm(norm);
  const runningMean = lowering.statistic('running', norm.runningMean);
  const runningVar = lowering.statistic('running', norm.runningVar);
  const statistics = { mean, rstd, runningMean, runningVar };
  const shape = lowering.shape(outputShape, input);
  const left = lowering.moments.get(input);
  const call =
    left === undefined
      ? batchNormStatistics(shape, { input: lowering.value(input), ...statistics })
      : combineMoments(shape, left.tile, { moments: left.moments, ...statistics });
  lowering.emit('forward', name, call);
}
