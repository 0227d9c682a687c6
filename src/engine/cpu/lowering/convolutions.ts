/** Convolutions as kernels: by Winograd's transforms where they are faster, else directly. */
import { type ConvGeometry, weightLength } from '../../plan/geometry.ts';
import { padTo4, type StateLayout } from '../../plan/layout.ts';
import { geometryOf } from '../../plan/operations/operation.ts';
import type { StepOf } from '../../plan/steps.ts';
import { convForward } from '../kernels/convForward/convForward.ts';
import { convInputGradient } from '../kernels/convInputGradient/convInputGradient.ts';
import {
  convWeightGradient,
  weightGradientCopies,
} from '../kernels/convWeightGradient/convWeightGradient.ts';
import type { Arithmetic } from '../kernels/kernel.ts';
import { sumCopies } from '../kernels/sumCopies/sumCopies.ts';
import { type Direction, FREQUENCIES, isWinograd } from '../kernels/winograd/transforms.ts';
import { winogradConv } from '../kernels/winogradConv/winogradConv.ts';
import { winogradFilterGradient } from '../kernels/winogradFilterGradient/winogradFilterGradient.ts';
import { filterFloats, winogradFilters } from '../kernels/winogradFilters/winogradFilters.ts';
import {
  winogradCopies,
  winogradWeightGradient,
} from '../kernels/winogradWeightGradient/winogradWeightGradient.ts';
import type { Place } from '../memoryMap.ts';
import { kernelStep, parameterPlace, resident, tensor } from './places.ts';
import type { CpuStep } from './step.ts';

/** Of the convolution at work: its transformed filters, and the copies of its weights' gradient. */
const FILTERS = resident('filters');
const COPIES = resident('copies');
const ZEROS = resident('zeros');

export class ConvLowering {
  /** Floats that `FILTERS` and `COPIES` take at most. */
  filterFloats = 0;
  copiesFloats = 0;

  /** @param images N. */
  constructor(
    private readonly layout: StateLayout,
    private readonly arithmetic: Arithmetic,
    private readonly images: number,
  ) {}

  forward({ operation, input, output }: StepOf<'conv'>): readonly CpuStep[] {
    const { name } = operation;
    const shape = geometryOf(operation, this.images);
    const weight = parameterPlace(this.layout, 'weights', operation.weight);
    const hasBias = operation.bias !== null;
    // Without one, a place that is not read.
    const bias = hasBias ? parameterPlace(this.layout, 'weights', operation.bias) : weight;
    const [source, target] = [tensor(input), tensor(output)];
    if (!isWinograd(shape)) {
      const places = { input: source, weight, bias, output: target };
      return [kernelStep(name, places, convForward, shape, hasBias, this.arithmetic)];
    }
    const places = { source, filters: FILTERS, bias, zeros: ZEROS, target };
    const start = hasBias ? 'bias' : 'zero';
    return [
      this.#filters(name, weight, shape, 'forward'),
      kernelStep(name, places, winogradConv, shape, 'forward', start, this.arithmetic),
    ];
  }

  inputGradient(step: StepOf<'convInputGradient'>): readonly CpuStep[] {
    const { operation, accumulate } = step;
    const { name } = operation;
    const shape = geometryOf(operation, this.images);
    const weight = parameterPlace(this.layout, 'weights', operation.weight);
    const [source, target] = [tensor(step.outputGradient), tensor(step.inputGradient)];
    if (!isWinograd(shape)) {
      const places = { outputGradient: source, weight, inputGradient: target };
      return [kernelStep(name, places, convInputGradient, shape, accumulate, this.arithmetic)];
    }
    const places = { source, filters: FILTERS, bias: weight, zeros: ZEROS, target };
    const start = accumulate ? 'target' : 'zero';
    return [
      this.#filters(name, weight, shape, 'inputGradient'),
      kernelStep(name, places, winogradConv, shape, 'inputGradient', start, this.arithmetic),
    ];
  }

  weightGradient(step: StepOf<'convWeightGradient'>): readonly CpuStep[] {
    const { operation } = step;
    const { name } = operation;
    const shape = geometryOf(operation, this.images);
    const { inChannels } = shape;
    const outChannels = padTo4(shape.outChannels);
    const gradient = parameterPlace(this.layout, 'gradients', operation.weight);
    const places = { input: tensor(step.input), outputGradient: tensor(step.outputGradient) };
    if (isWinograd(shape)) {
      const parts = winogradCopies(shape);
      this.#needCopies(parts * FREQUENCIES * inChannels * outChannels);
      const sources = { ...places, zeros: ZEROS, copies: COPIES };
      const sums = { copies: COPIES, weightGradient: gradient };
      return [
        kernelStep(name, sources, winogradWeightGradient, shape, this.arithmetic),
        kernelStep(name, sums, winogradFilterGradient, inChannels, outChannels, parts),
      ];
    }
    const count = weightGradientCopies(shape);
    const copies = count === 1 ? gradient : COPIES;
    const sources = { ...places, copies };
    const partial = kernelStep(name, sources, convWeightGradient, shape, this.arithmetic);
    if (count === 1) return [partial];
    const length = weightLength(shape);
    this.#needCopies(count * length);
    return [partial, kernelStep(name, { copies, sum: gradient }, sumCopies, length, count)];
  }

  #filters(name: string, weight: Place, shape: ConvGeometry, direction: Direction): CpuStep {
    const { inChannels, outChannels } = shape;
    this.filterFloats = Math.max(this.filterFloats, filterFloats(inChannels, outChannels));
    const places = { weight, filters: FILTERS };
    return kernelStep(name, places, winogradFilters, inChannels, outChannels, direction);
  }

  #needCopies(floats: number): void {
    this.copiesFloats = Math.max(this.copiesFloats, floats);
  }
}
