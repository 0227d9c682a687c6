/** Lowers operations to the forward pass. Reads top to bottom as the network runs. */
import { batchNormStatistics } from '../kernels/batchNormStatistics/batchNormStatistics.ts';
import { convForward } from '../kernels/convForward/convForward.ts';
import { CONV_FORWARD } from '../kernels/convForward/convForward.tunable.ts';
import { dropout } from '../kernels/dropout/dropout.ts';
import { globalAveragePool } from '../kernels/globalAveragePool/globalAveragePool.ts';
import { maxPool } from '../kernels/maxPool/maxPool.ts';
import { pointwise } from '../kernels/pointwise/pointwise.ts';
import { subsamplePad } from '../kernels/subsamplePad/subsamplePad.ts';
import { STEP_BINDING } from './bindings.ts';
import type { Lowering } from './lowering.ts';
import type { Operation } from './operations.ts';

/** Training normalises by the batch and drops out; evaluation normalises by the running statistics. */
export type Mode = 'training' | 'evaluation';

export function lowerForward(lowering: Lowering, operation: Operation, mode: Mode): void {
  const { name, outputShape } = operation;
  const input = lowering.value(operation.input);
  const emit = (call: Parameters<Lowering['emit']>[2]) => lowering.emit('forward', name, call);
  if (operation.kind === 'dropout' && mode === 'evaluation') {
    lowering.values.set(operation.output, input);
    return;
  }
  const output = lowering.transient(name, outputShape);
  lowering.values.set(operation.output, output);
  switch (operation.kind) {
    case 'conv': {
      const weight = lowering.parameter('weights', operation.weight);
      const bias = operation.bias === null ? null : lowering.parameter('weights', operation.bias);
      const shape = lowering.convShape(operation);
      const tile = lowering.tile(CONV_FORWARD, shape);
      emit(convForward(shape, { input, weight, bias, output }, tile));
      return;
    }
    case 'pointwise': {
      const { norm: node, shortcut, activation } = operation;
      const shape = lowering.shape(outputShape);
      const norm = node === null ? null : lowering.norm(node);
      if (node !== null && norm !== null && mode === 'training') {
        const runningMean = lowering.statistic('running', node.runningMean);
        const runningVar = lowering.statistic('running', node.runningVar);
        const { mean, rstd } = norm;
        emit(batchNormStatistics(shape, { input, mean, rstd, runningMean, runningVar }));
      }
      const added = shortcut === null ? null : lowering.value(shortcut.value);
      const options = { activation, subsamplePad: shortcut?.subsamplePad ?? null };
      emit(pointwise(shape, options, { input, output, norm, shortcut: added }));
      return;
    }
    case 'maxPool': {
      const { kernel, stride, padding } = operation;
      const shape = { ...lowering.shape(operation.inputShape), kernel, stride, padding };
      const argmax = lowering.transient(`${name} argmax`, outputShape);
      lowering.argmax.set(operation.output, argmax);
      emit(maxPool(shape, { input, output, argmax }));
      return;
    }
    case 'globalAveragePool':
      emit(globalAveragePool(lowering.shape(operation.inputShape), { input, output }));
      return;
    case 'subsamplePad':
      emit(subsamplePad(lowering.shape(outputShape), operation.from, { input, output }));
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
