/** Lowers operations to the backward pass: called from the last operation to the first. */
import type { NodeId, TensorShape } from '../../model/graph.ts';
import { activationGradient } from '../webgpu/kernels/activationGradient/activationGradient.ts';
import {
  batchNormGradientApply,
  batchNormGradientReduce,
  type ChannelSums,
} from '../webgpu/kernels/batchNormGradient/batchNormGradient.ts';
import { countOf } from '../webgpu/kernels/batchNormStatistics/batchNormStatistics.ts';
import { channelSum } from '../webgpu/kernels/channelSum/channelSum.ts';
import { combineSums } from '../webgpu/kernels/combineSums/combineSums.ts';
import {
  convInputGradient,
  type NormReduction,
  tileSumsPerChannel,
} from '../webgpu/kernels/convInputGradient/convInputGradient.ts';
import { CONV_INPUT_GRADIENT } from '../webgpu/kernels/convInputGradient/convInputGradient.tunable.ts';
import {
  convWeightGradient,
  convWeightGradientCopies,
} from '../webgpu/kernels/convWeightGradient/convWeightGradient.ts';
import { CONV_WEIGHT_GRADIENT } from '../webgpu/kernels/convWeightGradient/convWeightGradient.tunable.ts';
import { dropoutGradient } from '../webgpu/kernels/dropout/dropout.ts';
import { globalAveragePoolGradient } from '../webgpu/kernels/globalAveragePool/globalAveragePool.ts';
import { maxPoolGradient } from '../webgpu/kernels/maxPool/maxPool.ts';
import { subsamplePadGradient } from '../webgpu/kernels/subsamplePadGradient/subsamplePadGradient.ts';
import { STEP_BINDING } from './bindings.ts';
import type { Binding } from './buffers.ts';
import type { GradientSums } from './gradientSums.ts';
import type { Gradients } from './gradients.ts';
import type { Lowering } from './lowering.ts';
import type { BatchNormNode, ConvOperation, Operation, PointwiseOperation } from './operations.ts';
import { type NormOperation, valuesOf } from './defUse.ts';

export class Backward {
  readonly #lowering: Lowering;
  readonly #gradients: Gradients;
  readonly #sums: GradientSums;
  /** How many of a value's readers have gone backward. */
  readonly #done = new Map<NodeId, number>();
  /** Of the results of BatchNorms whose gradient has been reduced in passing. */
  readonly #reduced = new Map<NodeId, ChannelSums<Binding>>();
  /** Values that need no gradient: the images. */
  readonly #inputs: ReadonlySet<NodeId>;

  constructor(
    lowering: Lowering,
    gradients: Gradients,
    sums: GradientSums,
    inputs: ReadonlySet<NodeId>,
  ) {
    this.#lowering = lowering;
    this.#gradients = gradients;
    this.#sums = sums;
    this.#inputs = inputs;
  }

  lower(operation: Operation): void {
    this.#lower(operation);
    for (const value of valuesOf(operation)) {
      this.#done.set(value, (this.#done.get(value) ?? 0) + 1);
    }
  }

  #lower(operation: Operation): void {
    const lowering = this.#lowering;
    const gradient = this.#gradients.take(operation.output);
    switch (operation.kind) {
      case 'conv':
        this.#conv(operation, gradient);
        return;
      case 'pointwise':
        this.#pointwise(operation, gradient);
        return;
      case 'maxPool': {
        const { kernel, stride, padding, inputShape, output } = operation;
        const argmax = lowering.argmax.get(output);
        if (argmax === undefined) throw new Error(`${operation.name} kept no argmax`);
        const shape = { ...lowering.shape(inputShape, operation.input), kernel, stride, padding };
        const inputGradient = this.#first(operation);
        const bindings = { outputGradient: gradient, argmax, inputGradient };
        this.#emit(operation, maxPoolGradient(shape, bindings));
        return;
      }
      case 'globalAveragePool': {
        const shape = lowering.shape(operation.inputShape, operation.input);
        const inputGradient = this.#first(operation);
        const bindings = { outputGradient: gradient, inputGradient };
        this.#emit(operation, globalAveragePoolGradient(shape, bindings));
        return;
      }
      case 'subsamplePad': {
        const shape = lowering.shape(operation.outputShape, operation.output);
        const inputGradient = this.#first(operation);
        const bindings = { outputGradient: gradient, inputGradient };
        this.#emit(operation, subsamplePadGradient(shape, operation.from, bindings));
        return;
      }
      case 'dropout': {
        const { rate, stream, inputShape } = operation;
        const shape = { batch: lowering.batch, channels: inputShape.channels, rate, stream };
        const inputGradient = this.#first(operation);
        const bindings = { outputGradient: gradient, inputGradient, step: STEP_BINDING };
        this.#emit(operation, dropoutGradient(shape, bindings));
        return;
      }
      default:
        operation satisfies never;
    }
  }

  /** Whether all other contributions to `value`'s gradient are in place. */
  #isLast(value: NodeId): boolean {
    return this.#lowering.uses.readersOf(value).length - (this.#done.get(value) ?? 0) === 1;
  }

  #conv(operation: ConvOperation, outputGradient: Binding): void {
    const lowering = this.#lowering;
    const shape = lowering.convShape(operation);
    const { x: input, norm } = lowering.load(operation.input);
    const weightTile = lowering.tile(CONV_WEIGHT_GRADIENT, shape);
    const copies = convWeightGradientCopies(shape, weightTile);
    const partials = this.#sums.partialsOf(operation.weight, copies);
    const weightBindings = { input, outputGradient, partials };
    this.#emit(operation, convWeightGradient(shape, weightBindings, weightTile, norm));
    if (operation.bias !== null) {
      const output = lowering.parameter('gradients', operation.bias);
      const bindings = { input: outputGradient, output };
      this.#emit(
        operation,
        channelSum(lowering.shape(operation.outputShape, operation.output), bindings),
      );
    }
    if (this.#inputs.has(operation.input)) return;
    const weight = lowering.parameter('weights', operation.weight);
    const earlier = this.#gradients.get(operation.input);
    if (earlier !== undefined) this.#gradients.assertSole(earlier, operation.input);
    const inputGradient = earlier ?? this.#first(operation);
    const accumulate = earlier !== undefined;
    const bindings = { outputGradient, weight, inputGradient };
    const tile = lowering.tile(CONV_INPUT_GRADIENT, shape);
    const made = this.#isLast(operation.input) ? lowering.uses.normOf(operation.input) : null;
    if (made === null) {
      this.#emit(operation, convInputGradient(shape, bindings, { accumulate }, tile));
      return;
    }
    const count = tileSumsPerChannel(shape, tile);
    const { channels } = operation.inputShape;
    const sums = lowering.scratch(`${made.name} sums`, 2 * channels * count);
    const reduction = this.#reduction(made, sums);
    this.#emit(operation, convInputGradient(shape, bindings, { accumulate, reduction }, tile));
    this.#reduced.set(made.output, this.#channelSums(made, channels, count, sums));
  }

  /** What a convolution needs to take its input's gradient through the activation of `made`. */
  #reduction(made: NormOperation, tileSums: Binding): NormReduction<Binding> {
    const lowering = this.#lowering;
    const { affine, mean, rstd } = lowering.norm(made.norm);
    const x = lowering.value(made.input);
    const activated = lowering.values.get(made.output);
    const from = activated === undefined ? { affine } : { activated };
    return { x, mean, rstd, activation: made.activation, from, tileSums };
  }

  /** The sums over channels of `count` tile sums each. */
  #channelSums(
    made: NormOperation,
    channels: number,
    count: number,
    tileSums: Binding,
  ): ChannelSums<Binding> {
    const gradients = this.#affineGradients(made.norm);
    if (this.#lowering.addsUpAnew(count)) {
      const affineGradient = this.#lowering.affine('gradients', made.norm);
      return { kind: 'tiles', tileSums, count, affineGradient };
    }
    this.#emit(made, combineSums({ channels, count }, { sums: tileSums, ...gradients }));
    return { kind: 'summed', ...gradients };
  }

  #affineGradients({ weight, bias }: BatchNormNode) {
    return {
      gammaGradient: this.#lowering.parameter('gradients', weight),
      betaGradient: this.#lowering.parameter('gradients', bias),
    };
  }

  #pointwise(operation: PointwiseOperation, gradient: Binding): void {
    const lowering = this.#lowering;
    const { activation, norm, shortcut, output, outputShape, input } = operation;
    const shape = lowering.shape(outputShape, output);
    if (activation !== 'none') this.#gradients.assertSole(gradient, null);
    let sums: ChannelSums<Binding> | null = null;
    if (norm !== null) {
      sums = this.#reduced.get(output) ?? this.#normReduce(operation, norm, gradient);
    } else if (activation !== 'none') {
      const count = countOf(shape) * shape.channels;
      // A pre-activation block's input has been reached by its shortcut before.
      const earlier = this.#gradients.get(input);
      if (earlier !== undefined) this.#gradients.assertSole(earlier, input);
      const inputGradient = earlier ?? gradient;
      const bindings = { gradient, output: lowering.value(output), inputGradient };
      this.#emit(operation, activationGradient(count, activation, bindings, shape.format));
      if (earlier !== undefined) return;
    }
    // From here on `gradient` is that of the sum; the shortcut and the branch both get it.
    const handedOn = shortcut !== null && shortcut.subsamplePad === null;
    if (shortcut !== null && shortcut.subsamplePad === null) {
      this.#gradients.set(shortcut.value, gradient);
    } else if (shortcut !== null && shortcut.subsamplePad !== null) {
      const from = shortcut.subsamplePad;
      const inputGradient = this.#new(operation, shortcut.value, from);
      const bindings = { outputGradient: gradient, inputGradient };
      this.#emit(operation, subsamplePadGradient(shape, from, bindings));
    }
    if (norm !== null && sums !== null) this.#normApply(operation, norm, gradient, sums, handedOn);
    else this.#gradients.set(input, gradient);
  }

  #normReduce(
    operation: PointwiseOperation,
    norm: BatchNormNode,
    gradient: Binding,
  ): ChannelSums<Binding> {
    const lowering = this.#lowering;
    const { mean, rstd } = lowering.norm(norm);
    const gradients = this.#affineGradients(norm);
    const bindings = {
      gradient,
      input: lowering.value(operation.input),
      output: lowering.value(operation.output),
      mean,
      rstd,
      ...gradients,
    };
    const shape = lowering.shape(operation.outputShape, operation.output);
    this.#emit(operation, batchNormGradientReduce(shape, operation.activation, bindings));
    return { kind: 'summed', ...gradients };
  }

  #normApply(
    operation: PointwiseOperation,
    norm: BatchNormNode,
    gradient: Binding,
    sums: ChannelSums<Binding>,
    handedOn: boolean,
  ): void {
    const lowering = this.#lowering;
    const { gamma, mean, rstd } = lowering.norm(norm);
    const earlier = this.#gradients.get(operation.input);
    let inputGradient = gradient;
    if (earlier !== undefined) {
      this.#gradients.assertSole(earlier, operation.input);
      inputGradient = earlier;
    } else if (handedOn) {
      inputGradient = this.#first(operation);
    } else {
      this.#gradients.set(operation.input, gradient);
    }
    const bindings = {
      gradient,
      input: lowering.value(operation.input),
      gamma,
      mean,
      rstd,
      sums,
      inputGradient,
    };
    const shape = lowering.shape(operation.outputShape, operation.output);
    this.#emit(operation, batchNormGradientApply(shape, earlier !== undefined, bindings));
  }

  /** A new tensor for the gradient of the operation's input: nothing has reached that yet. */
  #first(operation: Operation): Binding {
    return this.#new(operation, operation.input, operation.inputShape);
  }

  #new(operation: Operation, value: NodeId, shape: TensorShape): Binding {
    const format = this.#lowering.formatOf(value);
    const tensor = this.#lowering.transient(`${operation.name} gradient`, shape, format);
    this.#gradients.set(value, tensor);
    return tensor;
  }

  #emit(operation: Operation, call: Parameters<Lowering['emit']>[2]): void {
    this.#lowering.emit('backward', operation.name, call);
  }
}
