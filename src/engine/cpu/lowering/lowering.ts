/** Turns the steps of a plan into those of this engine: which kernel, with which tensors. */
import type { LayerGraph } from '../../../model/graph.ts';
import type { StateLayout } from '../../plan/layout.ts';
import type {
  BatchNormNode,
  DropoutOperation,
  GateOperation,
} from '../../plan/operations/operation.ts';
import type { StepList } from '../../plan/plan.ts';
import type { BatchTensor, PlanStep, StepOf } from '../../plan/steps.ts';
import { activationGradient } from '../kernels/activationGradient/activationGradient.ts';
import { addGradients } from '../kernels/addGradients/addGradients.ts';
import { batchNormGradient } from '../kernels/batchNormGradient/batchNormGradient.ts';
import { channelDot } from '../kernels/channelDot/channelDot.ts';
import { channelGate, channelGateGradient } from '../kernels/channelGate/channelGate.ts';
import { channelMoments } from '../kernels/channelMoments/channelMoments.ts';
import { channelSum } from '../kernels/channelSum/channelSum.ts';
import { dropout } from '../kernels/dropout/dropout.ts';
import {
  globalAveragePool,
  globalAveragePoolGradient,
} from '../kernels/globalAveragePool/globalAveragePool.ts';
import type { Arithmetic } from '../kernels/kernel.ts';
import { maxPool, maxPoolGradient } from '../kernels/maxPool/maxPool.ts';
import type { PlaneShape } from '../kernels/plane.ts';
import { pointwise } from '../kernels/pointwise/pointwise.ts';
import { product } from '../kernels/product/product.ts';
import { scale } from '../kernels/scale/scale.ts';
import { subsamplePad, subsamplePadGradient } from '../kernels/subsamplePad/subsamplePad.ts';
import type { Place } from '../memoryMap.ts';
import { ConvLowering } from './convolutions.ts';
import { adamStep, averageSteps, muonSteps, sgdStep, type Update } from './descents.ts';
import { groupNormGradientSteps, groupNormStep } from './groupNorm.ts';
import { kernelStep, parameterPlace, resident, tensor } from './places.ts';
import {
  activationStd,
  batchNormEvaluation,
  drawnFactor,
  dropoutDraw,
  evaluationLoss,
  joinMoments,
  parameterNorms,
  scaleWeightGradient,
  trainingLoss,
} from './scalarSteps.ts';
import type { CpuStep, ScalarStep } from './step.ts';

export class Lowering {
  readonly steps: readonly CpuStep[];
  readonly convolutions: ConvLowering;
  readonly #images: number;

  constructor(
    private readonly graph: LayerGraph,
    private readonly layout: StateLayout,
    private readonly arithmetic: Arithmetic,
    /** Null for an evaluation. */
    private readonly update: Update | null,
    { images, steps }: StepList,
  ) {
    this.#images = images;
    this.convolutions = new ConvLowering(layout, arithmetic, images);
    this.steps = steps.flatMap((step) => this.#lower(step));
  }

  #lower(step: PlanStep): CpuStep | readonly CpuStep[] {
    switch (step.kind) {
      case 'conv':
        return this.convolutions.forward(step);
      // Its `pointwise` step takes them.
      case 'batchNormStatistics':
        return [];
      case 'batchNormEvaluation':
        return this.#scalar('running statistics', batchNormEvaluation(this.layout, step.epsilon));
      case 'pointwise':
        return this.#pointwise(step);
      case 'groupNorm':
        return groupNormStep(this.layout, this.arithmetic, this.#images, step);
      case 'groupNormGradient':
        return groupNormGradientSteps(this.layout, this.#images, step);
      case 'maxPool': {
        const { operation, input, output, argmax } = step;
        const shape = { ...this.#plane(input), ...windowOf(operation) };
        const places = { input: tensor(input), output: tensor(output), argmax: tensor(argmax) };
        return kernelStep(operation.name, places, maxPool, shape);
      }
      case 'globalAveragePool':
        return kernelStep(
          step.operation.name,
          { input: tensor(step.input), output: tensor(step.output) },
          globalAveragePool,
          this.#plane(step.input),
        );
      case 'subsamplePad':
        return kernelStep(
          step.operation.name,
          { input: tensor(step.input), output: tensor(step.output) },
          subsamplePad,
          this.#plane(step.output),
          step.operation.from,
        );
      case 'dropout':
        return this.#dropout(step.operation, step.input, step.output);
      case 'dropoutGradient':
        return this.#dropout(step.operation, step.outputGradient, step.inputGradient);
      case 'channelGate': {
        const { operation, input, factors, output } = step;
        const places = { input: tensor(input), factors: tensor(factors), output: tensor(output) };
        return kernelStep(operation.name, places, channelGate, this.#plane(input));
      }
      case 'channelGateGradient': {
        const places = {
          ...{ input: tensor(step.input), factors: tensor(step.factors) },
          gradient: tensor(step.outputGradient),
          inputGradient: tensor(step.inputGradient),
          factorsGradient: tensor(step.factorsGradient),
        };
        const plane = this.#plane(step.input);
        return kernelStep(step.operation.name, places, channelGateGradient, plane);
      }
      case 'gate': {
        const { operation, input, gate, output } = step;
        return this.#product(operation.name, input, gate, output, factorOf(operation));
      }
      case 'gateGradient': {
        const { operation, input, gate, outputGradient, inputGradient, gateGradient } = step;
        const { name, complement } = operation;
        const sign = complement ? 'negative' : 'itself';
        return [
          this.#product(name, outputGradient, gate, inputGradient, factorOf(operation)),
          this.#product(name, outputGradient, input, gateGradient, sign, step.accumulate),
        ];
      }
      case 'scale':
        return this.#scale(step, step.input, step.output);
      case 'scaleGradient':
        return this.#scale(step, step.outputGradient, step.inputGradient);
      case 'scaleWeightGradient': {
        const { operation, input, outputGradient, weight } = step;
        const places = {
          ...{ a: tensor(input), b: tensor(outputGradient) },
          sums: resident('moments'),
        };
        const gradient = parameterPlace(this.layout, 'gradients', weight);
        return [
          kernelStep(operation.name, places, channelDot, this.#plane(input)),
          this.#scalar(operation.name, scaleWeightGradient(step, gradient)),
        ];
      }
      case 'channelMoments': {
        const { layer, input } = step;
        const places = { input: tensor(input), moments: resident('moments') };
        return [
          kernelStep(layer.name, places, channelMoments, this.#plane(input)),
          this.#scalar(layer.name, joinMoments(layer.name, input.shape)),
        ];
      }
      case 'activationStd':
        return this.#scalar('deviations', activationStd(this.graph, this.layout, step.epsilon));
      case 'softmaxCrossEntropy':
        return this.#scalar('loss', trainingLoss(step));
      case 'softmaxCrossEntropyEvaluation':
        return this.#scalar('loss', evaluationLoss(step));
      case 'convWeightGradient':
        return this.convolutions.weightGradient(step);
      case 'biasGradient':
        return kernelStep(
          step.operation.name,
          {
            input: tensor(step.outputGradient),
            output: parameterPlace(this.layout, 'gradients', step.bias),
          },
          channelSum,
          this.#plane(step.outputGradient),
        );
      case 'convInputGradient':
        return this.convolutions.inputGradient(step);
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
        return kernelStep(operation.name, places, maxPoolGradient, shape);
      }
      case 'globalAveragePoolGradient':
        return kernelStep(
          step.operation.name,
          gradients(step.outputGradient, step.inputGradient),
          globalAveragePoolGradient,
          this.#plane(step.inputGradient),
          step.accumulate,
        );
      case 'subsamplePadGradient':
        return kernelStep(
          step.operation.name,
          gradients(step.outputGradient, step.inputGradient),
          subsamplePadGradient,
          this.#plane(step.outputGradient),
          step.operation.from,
        );
      case 'addGradients':
        return kernelStep(
          'gradients of the batch',
          { gradients: resident('gradients'), sums: resident('gradientSums') },
          addGradients,
          this.layout.parameterFloats,
          step.isFirst,
        );
      case 'sgd':
        return sgdStep(step, this.#update);
      case 'muon':
        return muonSteps(step, this.#update, this.arithmetic);
      case 'adam':
        return adamStep(step, this.#update);
      case 'average':
        return averageSteps(this.layout);
      case 'parameterNorms':
        return this.#scalar('norms', parameterNorms(this.#update.chunks, this.layout));
      default:
        return step satisfies never;
    }
  }

  get #update(): Update {
    if (this.update === null) throw new Error('a step of training in an evaluation');
    return this.update;
  }

  #pointwise({ operation, input, shortcut, output }: StepOf<'pointwise'>): CpuStep {
    const { name, norm, activation } = operation;
    const epsilonOf = ({ epsilon }: BatchNormNode) =>
      this.update === null ? 'known' : { epsilon };
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
    return kernelStep(name, places, pointwise, this.#plane(output), options, this.arithmetic);
  }

  #scale(
    { operation, by }: StepOf<'scale' | 'scaleGradient'>,
    input: BatchTensor,
    output: BatchTensor,
  ): readonly CpuStep[] {
    const { name, weight, perChannel } = operation;
    const unread = resident('weights');
    const places = {
      ...{ input: tensor(input), output: tensor(output) },
      drawn: by.alive === null ? unread : resident('drawn'),
      weight: weight === null ? unread : parameterPlace(this.layout, 'weights', weight),
    };
    const options = {
      factor: by.alive === null ? by.factor : 'drawn',
      weight: weight === null ? 'none' : perChannel ? 'perChannel' : 'single',
    } as const;
    const step = kernelStep(name, places, scale, this.#plane(input), options);
    return by.alive === null ? [step] : [this.#scalar(name, drawnFactor(by)), step];
  }

  #dropout(
    operation: DropoutOperation,
    input: BatchTensor,
    output: BatchTensor,
  ): readonly CpuStep[] {
    const { name, rate } = operation;
    const places = { input: tensor(input), output: tensor(output), draw: resident('drawn') };
    return [
      this.#scalar(name, dropoutDraw(operation)),
      kernelStep(name, places, dropout, this.#plane(input), rate),
    ];
  }

  #product(
    name: string,
    a: BatchTensor,
    b: BatchTensor,
    output: BatchTensor,
    factor: Parameters<typeof product>[1],
    accumulate = false,
  ): CpuStep {
    const places = { a: tensor(a), b: tensor(b), output: tensor(output) };
    return kernelStep(name, places, product, this.#plane(output), factor, accumulate);
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
      steps.push(kernelStep(name, places, activationGradient, plane, activation, adds));
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
      steps.push(kernelStep(name, places, subsamplePadGradient, plane, from));
    }
    if (norm === null) return steps;
    const { gamma, mean, rstd } = this.#norm(norm);
    const places = {
      gradient: tensor(gradient),
      input: tensor(step.input),
      output,
      ...{ gamma, mean, rstd },
      gammaGradient: parameterPlace(this.layout, 'gradients', norm.weight),
      betaGradient: parameterPlace(this.layout, 'gradients', norm.bias),
      inputGradient: tensor(inputGradient),
    };
    return [...steps, kernelStep(name, places, batchNormGradient, plane, activation, accumulate)];
  }

  #scalar(layer: string, { places, run }: Pick<ScalarStep, 'places' | 'run'>): CpuStep {
    return { kind: 'scalar', layer, places, run };
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
      gamma: parameterPlace(this.layout, 'weights', norm.weight),
      beta: parameterPlace(this.layout, 'weights', norm.bias),
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
}

const gradients = (outputGradient: BatchTensor, inputGradient: BatchTensor) => ({
  outputGradient: tensor(outputGradient),
  inputGradient: tensor(inputGradient),
});

const factorOf = ({ complement }: GateOperation) => (complement ? 'complement' : 'itself');

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
