/** A list of steps being turned into dispatches: those found so far, and where every tensor and parameter is bound. */

import type { KernelChoices } from '../../api.ts';
import { halfPrecisionError } from '../../errors.ts';
import type { Binding, Transient } from '../../plan/buffers.ts';
import type { ValueFormat } from '../../plan/formats.ts';
import type { StateLayout } from '../../plan/layout.ts';
import {
  geometryOf,
  type BatchNormNode,
  type ConvOperation,
  type PointwiseOperation,
} from '../../plan/operations/operation.ts';
import type { BatchTensor } from '../../plan/steps.ts';
import type { ChannelSums } from '../kernels/batchNormGradient/batchNormGradient.ts';
import type { NormShape } from '../kernels/batchNormStatistics/batchNormStatistics.ts';
import type { MomentsTile } from '../kernels/combineMoments/moments.ts';
import type { ConvShape } from '../kernels/convForward/shape.ts';
import type { KernelCall } from '../kernels/kernel.ts';
import { betaOffset, type LoadNorm } from '../kernels/normalize.ts';
import type { DeferredNorm } from '../kernels/pointwise/pointwise.ts';
import { bytesOf, SINGLE, type TensorFormat } from '../kernels/storage.ts';
import { type AdapterTraits, PLAIN_TRAITS } from '../kernels/traits.ts';
import { choose, type Tunable, type TunableUse, tunableUse } from '../kernels/tunable.ts';
import { BYTES_PER_FLOAT, floats } from './bindings.ts';
import { GradientSums } from './gradientSums.ts';
import { t } from '../../../text/t.ts';

/** The most parts of a sum that each workgroup adds up itself: two loads for each of its lanes. */
const MOST_PARTS = 512;

export const NO_SHADER_F16 = t`This graphics adapter has no shader-f16`;

export interface PlannedDispatch {
  /** Layer the dispatch works for: `layer1.0.conv1`. */
  readonly layer: string;
  readonly call: KernelCall<Binding>;
}

export interface LoweringOptions {
  readonly layout: StateLayout;
  /** Images of the pass. */
  readonly batch: number;
  /** The tensor bound as `images`. */
  readonly images: BatchTensor;
  readonly traits?: AdapterTraits | undefined;
  readonly kernelChoices?: KernelChoices | undefined;
  /** Where this list's rows begin in the table of `GradientSums`. */
  readonly firstPieceRow?: number;
}

export class Lowering {
  readonly dispatches: PlannedDispatch[] = [];
  /** Every use of a tunable operation, in order. */
  readonly tunables: TunableUse[] = [];
  readonly batch: number;
  readonly layout: StateLayout;
  readonly traits: AdapterTraits;
  readonly gradientSums: GradientSums;
  /** What a convolution left of its output for the BatchNorm behind it. */
  readonly moments = new Map<
    BatchTensor,
    { readonly moments: Binding; readonly tile: MomentsTile }
  >();
  /** BatchNorms whose statistics the `pointwise` kernel puts together itself. */
  readonly deferredNorms = new Map<PointwiseOperation, DeferredNorm<Binding>>();
  /** Tensors that are not in memory: their readers compute them from `x` at every load. */
  readonly loaded = new Map<
    BatchTensor,
    { readonly x: Binding; readonly norm: LoadNorm<Binding> }
  >();
  /** By the BatchNorm's output: the first half of its gradient, taken by the convolution behind it. */
  readonly reduced = new Map<BatchTensor, ChannelSums<Binding>>();
  readonly #kernelChoices: KernelChoices;
  readonly #tiles = new Map<string, { readonly tile: unknown; readonly use: TunableUse }>();
  readonly #bindings = new Map<BatchTensor, Binding>();

  constructor({ layout, batch, images, traits, kernelChoices, firstPieceRow }: LoweringOptions) {
    this.layout = layout;
    this.batch = batch;
    this.traits = traits ?? PLAIN_TRAITS;
    this.#kernelChoices = kernelChoices ?? {};
    this.#bindings.set(images, { buffer: 'images', offset: 0, size: this.#bytes(images) });
    const { sumLanes: lanes } = this.traits;
    const emit = (call: KernelCall<Binding>) => this.emit('gradients', call);
    this.gradientSums = new GradientSums({ layout, lanes, emit, firstRow: firstPieceRow ?? 0 });
  }

  emit(layer: string, call: KernelCall<Binding>): void {
    this.dispatches.push({ layer, call });
  }

  /** How to do a tunable operation: as chosen, else by default. */
  tile<S, C>(operation: Tunable<S, C>, shape: S): C {
    // Deep networks ask for the same shapes over and over.
    const key = `${operation.name} ${JSON.stringify(shape)}`;
    const known = this.#tiles.get(key);
    if (known !== undefined) {
      this.tunables.push(known.use);
      return known.tile as C;
    }
    const tile = choose(operation, shape, this.traits, this.#kernelChoices);
    const use = tunableUse(operation, shape, this.traits, tile);
    this.#tiles.set(key, { tile, use });
    this.tunables.push(use);
    return tile;
  }

  /** Where `tensor` lies. @throws Error if it is not in memory. */
  tensor(tensor: BatchTensor): Binding {
    if (this.loaded.has(tensor)) throw new Error(`${tensor.label} is not in memory`);
    const known = this.#bindings.get(tensor);
    if (known !== undefined) return known;
    const buffer: Transient = { label: tensor.label, bytes: this.#bytes(tensor) };
    const binding = { buffer, offset: 0, size: buffer.bytes };
    this.#bindings.set(tensor, binding);
    return binding;
  }

  /** `tensor` as a convolution reads it. */
  load(tensor: BatchTensor): { readonly x: Binding; readonly norm: LoadNorm<Binding> | null } {
    return this.loaded.get(tensor) ?? { x: this.tensor(tensor), norm: null };
  }

  /** `length` floats of working memory. */
  scratch(label: string, length: number): Binding {
    const buffer: Transient = { label, bytes: length * BYTES_PER_FLOAT };
    return { buffer, offset: 0, size: buffer.bytes };
  }

  /** The stretch of `buffer` that belongs to a parameter. */
  parameter(buffer: 'weights' | 'gradients', name: string): Binding {
    const slot = this.layout.parameterOf.get(name);
    if (slot === undefined) throw new Error(`no parameter ${name}`);
    return floats(buffer, slot.offset, slot.length);
  }

  /** A BatchNorm's part of the running or the batch's statistics. */
  statistic(buffer: 'running' | 'statistics', name: string): Binding {
    const slot = this.layout.statisticOf.get(name);
    if (slot === undefined) throw new Error(`no running statistic ${name}`);
    return floats(buffer, slot.offset, slot.length);
  }

  /** From the mean to the end of the second statistic, which begins half of `statisticFloats` later. */
  bothStatistics(buffer: 'running' | 'statistics', norm: BatchNormNode): Binding {
    const mean = this.statistic(buffer, norm.runningMean);
    const second = this.statistic(buffer, norm.runningVar);
    if (second.offset - mean.offset !== (this.layout.statisticFloats / 2) * BYTES_PER_FLOAT) {
      throw new Error(`${norm.runningVar} does not lie where ${norm.runningMean} does`);
    }
    return { ...mean, size: second.offset + second.size - mean.offset };
  }

  /** Everything a normalising kernel reads. */
  norm(norm: BatchNormNode) {
    return {
      gamma: this.parameter('weights', norm.weight),
      beta: this.parameter('weights', norm.bias),
      affine: this.affine('weights', norm),
      mean: this.statistic('statistics', norm.runningMean),
      rstd: this.statistic('statistics', norm.runningVar),
    };
  }

  /** The stretch of `buffer` from what belongs to γ to the end of what belongs to β: see `betaOffset`. */
  affine(buffer: 'weights' | 'gradients', { weight, bias, shape }: BatchNormNode): Binding {
    const gamma = this.parameter(buffer, weight);
    const beta = this.parameter(buffer, bias);
    if (beta.offset - gamma.offset !== betaOffset(shape.channels) * BYTES_PER_FLOAT) {
      throw new Error(`${bias} does not follow ${weight}`);
    }
    return { ...gamma, size: beta.offset + beta.size - gamma.offset };
  }

  /** Where the gradients of γ and β go. */
  affineGradients({ weight, bias }: BatchNormNode) {
    return {
      gammaGradient: this.parameter('gradients', weight),
      betaGradient: this.parameter('gradients', bias),
    };
  }

  /**
   * Whether every workgroup that needs a channel's sums should add up their `count` parts itself, which on a GPU takes
   * less time than launching another kernel.
   */
  addsUpAgain(count: number): boolean {
    return this.traits.fusesReductions && count <= MOST_PARTS;
  }

  shape({ shape, format }: BatchTensor): NormShape {
    return { batch: this.batch, ...shape, format: this.#stored(format) };
  }

  /** @param input and @param output tensors of those places, or their gradients. */
  convShape(operation: ConvOperation, input: ValueFormat, output: ValueFormat): ConvShape {
    return {
      ...geometryOf(operation, this.batch),
      inputFormat: this.#stored(input),
      outputFormat: this.#stored(output),
    };
  }

  #bytes({ shape: { channels, height, width }, format }: BatchTensor): number {
    return bytesOf(this.#stored(format), channels * height * width * this.batch);
  }

  #stored({ precision, gradientScale }: ValueFormat): TensorFormat {
    if (precision === 'single') return SINGLE;
    const { halfStorage } = this.traits;
    if (halfStorage === undefined) throw halfPrecisionError(NO_SHADER_F16);
    return { storage: halfStorage, gradientScale };
  }
}
