/** What forward and backward lowering share: the dispatch list under construction and the names of its bindings. */
import type { LayerGraph, NodeId, TensorShape } from '../../model/graph.ts';
import type { NormShape } from '../webgpu/kernels/batchNormStatistics/batchNormStatistics.ts';
import type { MomentsTile } from '../webgpu/kernels/combineMoments/moments.ts';
import type { ConvShape } from '../webgpu/kernels/convForward/shape.ts';
import type { KernelCall } from '../webgpu/kernels/kernel.ts';
import { betaOffset, type LoadNorm } from '../webgpu/kernels/normalize.ts';
import { bytesOf, type TensorFormat } from '../webgpu/kernels/storage.ts';
import { type AdapterTraits, PLAIN_TRAITS } from '../webgpu/kernels/traits.ts';
import {
  choose,
  type TileChoices,
  type Tunable,
  type TunableUse,
  tunableUse,
} from '../webgpu/kernels/tunable.ts';
import type { Binding, ResidentName, Transient } from './buffers.ts';
import { allSingle, type FormatOf } from './formats.ts';
import type { StateLayout } from './layout.ts';
import type { BatchNormNode, ConvOperation } from './operations.ts';
import { DefUse } from './defUse.ts';

const BYTES_PER_FLOAT = 4;
/** Of a sum that workgroups add up anew: two loads for each of their lanes. */
const MOST_PARTS = 512;

export type Phase = 'forward' | 'loss' | 'backward' | 'update';

export interface PlannedDispatch {
  readonly phase: Phase;
  /** Layer the dispatch works for: `layer1.0.conv1`. */
  readonly layer: string;
  readonly call: KernelCall<Binding>;
}

export class Lowering {
  readonly dispatches: PlannedDispatch[] = [];
  readonly batch: number;
  readonly layout: StateLayout;
  /** Each value's activations, [C,H,W,N]; the images are bound under the input node's id. */
  readonly values = new Map<NodeId, Binding>();
  /** Index of the maximum of every max-pool output, kept for backward. */
  readonly argmax = new Map<NodeId, Binding>();
  /** What a convolution left of its output for the BatchNorm behind it. */
  readonly moments = new Map<NodeId, { readonly moments: Binding; readonly tile: MomentsTile }>();
  /** Values that are nowhere in memory: whoever reads them makes them from `x` at every load. */
  readonly loaded = new Map<NodeId, { readonly x: Binding; readonly norm: LoadNorm<Binding> }>();
  readonly uses: DefUse;
  /** How a value and its gradient lie in memory. */
  readonly formatOf: FormatOf;
  /** Every use of a tunable operation, in order. */
  readonly tunables: TunableUse[] = [];
  readonly traits: AdapterTraits;
  readonly #tiles: TileChoices;

  constructor(
    graph: LayerGraph,
    layout: StateLayout,
    batch: number,
    traits: AdapterTraits = PLAIN_TRAITS,
    tiles: TileChoices = {},
    uses: DefUse = new DefUse([]),
    formatOf: FormatOf = allSingle,
  ) {
    this.formatOf = formatOf;
    this.traits = traits;
    this.batch = batch;
    this.layout = layout;
    this.#tiles = tiles;
    this.uses = uses;
    for (const node of graph.nodes) {
      if (node.kind === 'input') {
        const size = this.#bytes(node.shape, formatOf(node.id));
        this.values.set(node.id, { buffer: 'images', offset: 0, size });
      }
    }
  }

  emit(phase: Phase, layer: string, call: KernelCall<Binding>): void {
    this.dispatches.push({ phase, layer, call });
  }

  /** How to do a tunable operation: as chosen, else by default. */
  tile<S, C>(operation: Tunable<S, C>, shape: S): C {
    const tile = choose(operation, shape, this.traits, this.#tiles);
    this.tunables.push(tunableUse(operation, shape, this.traits, tile));
    return tile;
  }

  /** A new tensor of `shape` for every image of the batch. */
  transient(label: string, shape: TensorShape, format: TensorFormat): Binding {
    const buffer: Transient = { label, bytes: this.#bytes(shape, format) };
    return { buffer, offset: 0, size: buffer.bytes };
  }

  /** `length` floats of working memory. */
  scratch(label: string, length: number): Binding {
    const buffer: Transient = { label, bytes: length * BYTES_PER_FLOAT };
    return { buffer, offset: 0, size: buffer.bytes };
  }

  value(id: NodeId): Binding {
    const binding = this.values.get(id);
    if (binding === undefined) throw new Error(`value ${id} is used before it is computed`);
    return binding;
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

  /** As `statistic`, from the mean to the end of what goes with it, which begins half of `statisticFloats` later. */
  bothStatistics(buffer: 'running' | 'statistics', norm: BatchNormNode): Binding {
    const mean = this.statistic(buffer, norm.runningMean);
    const second = this.statistic(buffer, norm.runningVar);
    if (second.offset - mean.offset !== (this.layout.statisticFloats / 2) * BYTES_PER_FLOAT) {
      throw new Error(`${norm.runningVar} does not lie where ${norm.runningMean} does`);
    }
    return { ...mean, size: second.offset + second.size - mean.offset };
  }

  /**
   * Whether every workgroup that needs a channel's sums had better add up their `count` parts itself: a GPU launches a
   * kernel for longer than that takes.
   */
  addsUpAnew(count: number): boolean {
    return this.traits.kind === 'gpu' && count <= MOST_PARTS;
  }

  /** `value` as a convolution reads it. */
  load(value: NodeId): { readonly x: Binding; readonly norm: LoadNorm<Binding> | null } {
    return this.loaded.get(value) ?? { x: this.value(value), norm: null };
  }

  /** Everything a normalising kernel reads. */
  norm({ weight, bias, runningMean, runningVar, shape }: BatchNormNode) {
    return {
      gamma: this.parameter('weights', weight),
      beta: this.parameter('weights', bias),
      affine: this.affine('weights', { weight, bias, shape }),
      mean: this.statistic('statistics', runningMean),
      rstd: this.statistic('statistics', runningVar),
    };
  }

  /** The stretch of `buffer` that begins with what belongs to γ and ends with β: `betaOffset` tells where that begins. */
  affine(
    buffer: 'weights' | 'gradients',
    { weight, bias, shape }: Pick<BatchNormNode, 'weight' | 'bias' | 'shape'>,
  ): Binding {
    const gamma = this.parameter(buffer, weight);
    const beta = this.parameter(buffer, bias);
    if (beta.offset - gamma.offset !== betaOffset(shape.channels) * BYTES_PER_FLOAT) {
      throw new Error(`${bias} does not follow ${weight}`);
    }
    return { ...gamma, size: beta.offset + beta.size - gamma.offset };
  }

  /** `value`'s, of which each image has `shape`. */
  shape({ channels, height, width }: TensorShape, value: NodeId): NormShape {
    return { batch: this.batch, channels, height, width, format: this.formatOf(value) };
  }

  convShape(operation: ConvOperation): ConvShape {
    const { inputShape, outputShape, kernel, stride, padding } = operation;
    return {
      batch: this.batch,
      inChannels: inputShape.channels,
      inHeight: inputShape.height,
      inWidth: inputShape.width,
      outChannels: outputShape.channels,
      kernel,
      stride,
      padding,
      inputFormat: this.formatOf(operation.input),
      outputFormat: this.formatOf(operation.output),
    };
  }

  #bytes({ channels, height, width }: TensorShape, format: TensorFormat): number {
    return bytesOf(format, channels * height * width * this.batch);
  }
}

/** `length` floats of a resident buffer from float `offset` on. */
export function floats(buffer: ResidentName, offset: number, length: number): Binding {
  return { buffer, offset: offset * BYTES_PER_FLOAT, size: length * BYTES_PER_FLOAT };
}
