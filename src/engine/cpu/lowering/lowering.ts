/** Turns the steps of a plan into those of this engine: which kernel, with which tensors. */
import type { LayerGraph } from '../../../model/graph.ts';
import { type ConvGeometry, weightLength } from '../../plan/geometry.ts';
import { padTo4, type StateLayout } from '../../plan/layout.ts';
import type { BatchNormNode, ConvOperation } from '../../plan/operations/operation.ts';
import type { StepList } from '../../plan/plan.ts';
import type { BatchTensor, PlanStep, StepOf } from '../../plan/steps.ts';
import { activationGradient } from '../kernels/activationGradient/activationGradient.ts';
import { addGradients } from '../kernels/addGradients/addGradients.ts';
import { batchNormGradient } from '../kernels/batchNormGradient/batchNormGradient.ts';
import { channelMoments } from '../kernels/channelMoments/channelMoments.ts';
import { channelSum } from '../kernels/channelSum/channelSum.ts';
import { convForward } from '../kernels/convForward/convForward.ts';
import { convInputGradient } from '../kernels/convInputGradient/convInputGradient.ts';
import {
  convWeightGradient,
  weightGradientCopies,
} from '../kernels/convWeightGradient/convWeightGradient.ts';
import {
  globalAveragePool,
  globalAveragePoolGradient,
} from '../kernels/globalAveragePool/globalAveragePool.ts';
import type { Arithmetic, CpuKernel } from '../kernels/kernel.ts';
import { maxPool, maxPoolGradient } from '../kernels/maxPool/maxPool.ts';
import type { PlaneShape } from '../kernels/plane.ts';
import { pointwise } from '../kernels/pointwise/pointwise.ts';
import { CHUNK_FLOATS, sgd } from '../kernels/sgd/sgd.ts';
import { subsamplePad, subsamplePadGradient } from '../kernels/subsamplePad/subsamplePad.ts';
import { sumCopies } from '../kernels/sumCopies/sumCopies.ts';
import { isWinograd } from '../kernels/winograd/transforms.ts';
import { winogradConv } from '../kernels/winogradConv/winogradConv.ts';
import { winogradFilterGradient } from '../kernels/winogradFilterGradient/winogradFilterGradient.ts';
import { filterFloats, winogradFilters } from '../kernels/winogradFilters/winogradFilters.ts';
import {
  winogradCopies,
  winogradWeightGradient,
} from '../kernels/winogradWeightGradient/winogradWeightGradient.ts';
import type { Place, Resident } from '../memoryMap.ts';
import {
  activationStd,
  batchNormEvaluation,
  dropoutStep,
  evaluationLoss,
  joinMoments,
  parameterNorms,
  trainingLoss,
} from './scalarSteps.ts';
import type { Chunk, CpuStep, ScalarStep } from './step.ts';

/** Those of active parameters: under a cut shortcut none moves. */
export const chunksOf = (layout: StateLayout): Chunk[] =>
  layout.parameters.flatMap(({ parameter, offset, length }, index) =>
    parameter.active
      ? Array.from({ length: Math.ceil(length / CHUNK_FLOATS) }, (_, i) => ({
          parameter: index,
          offset: offset + i * CHUNK_FLOATS,
          length: Math.min(CHUNK_FLOATS, length - i * CHUNK_FLOATS),
        }))
      : [],
  );

const tensor = (of: BatchTensor): Place => ({ tensor: of });
const resident = (name: Resident, floats = 0): Place => ({ resident: name, bytes: 4 * floats });

export class Lowering {
  readonly steps: readonly CpuStep[];
  /** Floats that are needed at once of copies of a weight's gradient, and of transformed filters. */
  copiesFloats = 0;
  filterFloats = 0;
  readonly #images: number;

  constructor(
    private readonly graph: LayerGraph,
    private readonly layout: StateLayout,
    private readonly arithmetic: Arithmetic,
    private readonly mode: 'training' | 'evaluation',
    { images, steps }: StepList,
  ) {
    this.#images = images;
    this.steps = steps.flatMap((step) => this.#lower(step));
  }

  #lower(step: PlanStep): readonly CpuStep[] {
    switch (step.kind) {
      case 'conv':
        return this.#conv(step);
      // Its `pointwise` step takes them.
      case 'batchNormStatistics':
        return [];
      case 'batchNormEvaluation':
        return this.#scalar('running statistics', batchNormEvaluation(this.layout, step.epsilon));
      case 'pointwise':
        return this.#pointwise(step);
      case 'maxPool': {
        const { operation, input, output, argmax } = step;
        const shape = { ...this.#plane(input), ...windowOf(operation) };
        const places = { input: tensor(input), output: tensor(output), argmax: tensor(argmax) };
        return this.#kernel(operation.name, places, maxPool, shape);
      }
      case 'globalAveragePool':
        return this.#kernel(
          step.operation.name,
          { input: tensor(step.input), output: tensor(step.output) },
          globalAveragePool,
          this.#plane(step.input),
        );
      case 'subsamplePad':
        return this.#kernel(
          step.operation.name,
          { input: tensor(step.input), output: tensor(step.output) },
          subsamplePad,
          this.#plane(step.output),
          step.operation.from,
        );
      case 'dropout':
        return this.#scalar(
          step.operation.name,
          dropoutStep(step.operation, step.input, step.output),
        );
      case 'dropoutGradient':
        return this.#scalar(
          step.operation.name,
          dropoutStep(step.operation, step.outputGradient, step.inputGradient),
        );
      case 'channelMoments': {
        const { layer, input } = step;
        const places = { input: tensor(input), moments: resident('moments') };
        return [
          ...this.#kernel(layer.name, places, channelMoments, this.#plane(input)),
          ...this.#scalar(layer.name, joinMoments(layer.name, input.shape)),
        ];
      }
      case 'activationStd':
        return this.#scalar('deviations', activationStd(this.graph, this.layout, step.epsilon));
      case 'softmaxCrossEntropy':
        return this.#scalar('loss', trainingLoss(step));
      case 'softmaxCrossEntropyEvaluation':
        return this.#scalar('loss', evaluationLoss(step));
      case 'convWeightGradient':
        return this.#convWeightGradient(step);
      case 'biasGradient':
        return this.#kernel(
          step.operation.name,
          { input: tensor(step.outputGradient), output: this.#parameter('gradients', step.bias) },
          channelSum,
          this.#plane(step.outputGradient),
        );
      case 'convInputGradient':
        return this.#convInputGradient(step);
      case 'pointwiseGradient':
        return this.#pointwiseGradient(step);
      case 'maxPoolGradient': {
        const { operation, outputGradient, argmax, inputGradient } = step;
        const shape = { ...this.#plane(inputGradient), ...windowOf(operation) };
        const places = {
          outputGradient: tensor(outputGradient),
          argmax: tensor(argmax),
          inputGradient: tensor(inputGradient),
        };
        return this.#kernel(operation.name, places, maxPoolGradient, shape);
      }
      case 'globalAveragePoolGradient':
        return this.#kernel(
          step.operation.name,
          gradients(step.outputGradient, step.inputGradient),
          globalAveragePoolGradient,
          this.#plane(step.inputGradient),
        );
      case 'subsamplePadGradient':
        return this.#kernel(
          step.operation.name,
          gradients(step.outputGradient, step.inputGradient),
          subsamplePadGradient,
          this.#plane(step.outputGradient),
          step.operation.from,
        );
      case 'addGradients':
        return this.#kernel(
          'gradients of the batch',
          { gradients: resident('gradients'), sums: resident('gradientSums') },
          addGradients,
          this.layout.parameterFloats,
          step.isFirst,
        );
      case 'sgd': {
        const { momentum, nesterov, weightDecay } = step.optimizer;
        const places = {
          chunkTable: resident('chunkTable'),
          gradients: resident(step.gradients),
          weights: resident('weights'),
          momentum: resident('momentum'),
          learningRate: resident('learningRate'),
          squares: resident('squares'),
        };
        const shape = { chunks: chunksOf(this.layout).length, momentum, nesterov, weightDecay };
        return this.#kernel('sgd', places, sgd, shape);
      }
      case 'parameterNorms':
        return this.#scalar('norms', parameterNorms(chunksOf(this.layout)));
      default:
        return step satisfies never;
    }
  }

  #conv({ operation, input, output }: StepOf<'conv'>): readonly CpuStep[] {
    const { name, weight, bias } = operation;
    const places = {
      input: tensor(input),
      weight: this.#parameter('weights', weight),
      bias: bias === null ? resident('weights') : this.#parameter('weights', bias),
      output: tensor(output),
    };
    const shape = this.#convShape(operation);
    const { arithmetic } = this;
    if (!isWinograd(shape)) {
      return this.#kernel(name, places, convForward, shape, bias !== null, arithmetic);
    }
    const { input: source, output: target, weight: weights, bias: start } = places;
    const from = bias === null ? 'zero' : 'bias';
    const conv = { source, target, bias: start, filters: FILTERS, zeros: ZEROS };
    return [
      ...this.#winogradFilters(name, weights, shape),
      ...this.#kernel(name, conv, winogradConv, tilesOf(shape), 'forward', from, arithmetic),
    ];
  }

  #convInputGradient(step: StepOf<'convInputGradient'>): readonly CpuStep[] {
    const { operation, outputGradient, inputGradient, accumulate } = step;
    const { arithmetic } = this;
    const { name } = operation;
    const [source, target] = [tensor(outputGradient), tensor(inputGradient)];
    const weight = this.#parameter('weights', operation.weight);
    const shape = this.#convShape(operation);
    if (!isWinograd(shape)) {
      const places = { outputGradient: source, weight, inputGradient: target };
      return this.#kernel(name, places, convInputGradient, shape, accumulate, arithmetic);
    }
    const from = accumulate ? 'target' : 'zero';
    const conv = { source, target, bias: weight, filters: FILTERS, zeros: ZEROS };
    return [
      ...this.#winogradFilters(name, weight, shape),
      ...this.#kernel(name, conv, winogradConv, tilesOf(shape), 'inputGradient', from, arithmetic),
    ];
  }

  #winogradFilters(name: string, weight: Place, shape: ConvGeometry): readonly CpuStep[] {
    const { inChannels } = shape;
    const outChannels = padTo4(shape.outChannels);
    this.filterFloats = Math.max(this.filterFloats, filterFloats(inChannels, outChannels));
    return this.#kernel(
      name,
      { weight, filters: FILTERS },
      winogradFilters,
      inChannels,
      outChannels,
    );
  }

  #pointwise({ operation, input, shortcut, output }: StepOf<'pointwise'>): readonly CpuStep[] {
    const { name, norm, activation } = operation;
    const epsilonOf = ({ epsilon }: BatchNormNode) =>
      this.mode === 'training' ? { epsilon } : 'known';
    const options = {
      norm: norm === null ? 'none' : epsilonOf(norm),
      shortcut: shortcut === null ? 'none' : (operation.shortcut?.subsamplePad ?? 'same'),
      activation,
    } as const;
    const places = {
      input: tensor(input),
      output: tensor(output),
      shortcut: tensor(shortcut ?? input),
      ...this.#norm(norm),
    };
    return this.#kernel(name, places, pointwise, this.#plane(output), options, this.arithmetic);
  }

  #convWeightGradient({
    operation,
    input,
    outputGradient,
  }: StepOf<'convWeightGradient'>): readonly CpuStep[] {
    const shape = this.#convShape(operation);
    if (isWinograd(shape)) return this.#winogradWeightGradient(operation, input, outputGradient);
    const count = weightGradientCopies(shape);
    const sum = this.#parameter('gradients', operation.weight);
    const copies = count === 1 ? sum : resident('copies');
    const { name } = operation;
    const places = { input: tensor(input), outputGradient: tensor(outputGradient), copies };
    const partial = this.#kernel(name, places, convWeightGradient, shape, this.arithmetic);
    if (count === 1) return partial;
    const length = weightLength(shape);
    this.copiesFloats = Math.max(this.copiesFloats, count * length);
    return [...partial, ...this.#kernel(name, { copies, sum }, sumCopies, length, count)];
  }

  #winogradWeightGradient(
    operation: ConvOperation,
    input: BatchTensor,
    outputGradient: BatchTensor,
  ): readonly CpuStep[] {
    const { name } = operation;
    const { inChannels, outChannels, ...tiles } = tilesOf(this.#convShape(operation));
    const shape = { ...tiles, inChannels, outChannels };
    const copies = resident('copies');
    const parts = winogradCopies(shape);
    const padded = padTo4(outChannels);
    this.copiesFloats = Math.max(this.copiesFloats, parts * filterFloats(inChannels, padded));
    const places = {
      ...{ input: tensor(input), outputGradient: tensor(outputGradient), zeros: ZEROS, copies },
    };
    const weightGradient = this.#parameter('gradients', operation.weight);
    return [
      ...this.#kernel(name, places, winogradWeightGradient, shape, this.arithmetic),
      ...this.#kernel(
        name,
        { copies, weightGradient },
        winogradFilterGradient,
        ...([inChannels, padded, parts] as const),
      ),
    ];
  }

  #pointwiseGradient(step: StepOf<'pointwiseGradient'>): readonly CpuStep[] {
    const { operation, gradient, inputGradient, shortcutGradient, accumulate } = step;
    const { name, norm, shortcut } = operation;
    const plane = this.#plane(step.output);
    let { activation } = operation;
    const output = tensor(step.output);
    const steps: CpuStep[] = [];
    const activate = (into: BatchTensor, adds: boolean) => {
      const places = { gradient: tensor(gradient), output, inputGradient: tensor(into) };
      steps.push(...this.#kernel(name, places, activationGradient, plane, activation, adds));
    };
    const from = shortcut?.subsamplePad ?? null;
    // Option A's shortcut reads the gradient of the sum, before BatchNorm may overwrite it.
    const isReadBetween = from !== null && shortcutGradient !== null;
    if (norm === null && activation !== 'none') activate(inputGradient, accumulate);
    else if (isReadBetween && activation !== 'none') {
      activate(gradient, false);
      activation = 'none';
    }
    if (isReadBetween) {
      const places = gradients(gradient, shortcutGradient);
      steps.push(...this.#kernel(name, places, subsamplePadGradient, plane, from));
    }
    if (norm === null) return steps;
    const { gamma, mean, rstd } = this.#norm(norm);
    const places = {
      gradient: tensor(gradient),
      input: tensor(step.input),
      output,
      ...{ gamma, mean, rstd },
      gammaGradient: this.#parameter('gradients', norm.weight),
      betaGradient: this.#parameter('gradients', norm.bias),
      inputGradient: tensor(inputGradient),
    };
    return [
      ...steps,
      ...this.#kernel(name, places, batchNormGradient, plane, activation, accumulate),
    ];
  }

  /** Kernels made by the same function from equal arguments are one. */
  #kernel<T extends string, A extends readonly unknown[]>(
    layer: string,
    places: Readonly<Record<T, Place>>,
    make: (...args: A) => CpuKernel<T>,
    ...args: A
  ): readonly CpuStep[] {
    const kernel = make(...args);
    const key = `${kernel.kernel} ${JSON.stringify(args)}`;
    return [{ kind: 'kernel', layer, kernel, key, places }];
  }

  #scalar(layer: string, { places, run }: Pick<ScalarStep, 'places' | 'run'>): readonly CpuStep[] {
    return [{ kind: 'scalar', layer, places, run }];
  }

  #parameter(buffer: 'weights' | 'gradients', name: string): Place {
    const slot = this.layout.parameterOf.get(name);
    if (slot === undefined) throw new Error(`no parameter ${name}`);
    return resident(buffer, slot.offset);
  }

  #statistic(buffer: 'running' | 'statistics', name: string): Place {
    const slot = this.layout.statisticOf.get(name);
    if (slot === undefined) throw new Error(`no running statistic ${name}`);
    return resident(buffer, slot.offset);
  }

  /** What a BatchNorm reads and keeps; without one, places that nobody reads. */
  #norm(norm: BatchNormNode | null) {
    if (norm === null) {
      const unread = resident('weights');
      const vectors = { gamma: unread, beta: unread, mean: unread, rstd: unread };
      return { ...vectors, runningMean: unread, runningVar: unread };
    }
    return {
      gamma: this.#parameter('weights', norm.weight),
      beta: this.#parameter('weights', norm.bias),
      mean: this.#statistic('statistics', norm.runningMean),
      rstd: this.#statistic('statistics', norm.runningVar),
      runningMean: this.#statistic('running', norm.runningMean),
      runningVar: this.#statistic('running', norm.runningVar),
    };
  }

  #plane({ shape }: BatchTensor): PlaneShape {
    const { channels, height, width } = shape;
    return { batch: this.#images, channels, height, width };
  }

  #convShape({ inputShape, outputShape, kernel, stride, padding }: ConvOperation): ConvGeometry {
    return {
      batch: this.#images,
      inChannels: inputShape.channels,
      inHeight: inputShape.height,
      inWidth: inputShape.width,
      outChannels: outputShape.channels,
      kernel,
      stride,
      padding,
    };
  }
}

/** Transformed filters of the convolution at work. */
const FILTERS = resident('filters');
const ZEROS = resident('zeros');

const tilesOf = ({ batch, inChannels, outChannels, inHeight, inWidth }: ConvGeometry) => ({
  ...{ batch, inChannels, outChannels },
  height: inHeight,
  width: inWidth,
});

const gradients = (outputGradient: BatchTensor, inputGradient: BatchTensor) => ({
  outputGradient: tensor(outputGradient),
  inputGradient: tensor(inputGradient),
});

const windowOf = ({
  kernel,
  stride,
  padding,
}: {
  kernel: number;
  stride: number;
  padding: number;
}) => ({
  kernel,
  stride,
  padding,
});
