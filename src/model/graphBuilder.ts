/**
 * Collects nodes, parameters and running statistics, one layer at a time. It knows shapes and names; the architecture
 * is decided in `builder.ts` and `block.ts`.
 */
import type { ModelConfig } from './config.ts';
import { groupsOf, wantedGroups } from './groupNorm.ts';
import { streamOf } from './random.ts';
import type {
  ActivationName,
  LayerNode,
  NodeId,
  Parameter,
  ParameterRole,
  RunningStatistic,
  TensorShape,
} from './graph.ts';

/** The first convolution's weight. */
export const FIRST_FILTERS = 'conv1.weight';

type WithoutId<N> = N extends LayerNode ? Omit<N, 'id'> : never;
type NewNode = WithoutId<LayerNode>;

export interface ConvolutionSpec {
  readonly name: string;
  readonly block: string | null;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride: number;
  /** Left out: it has a bias if the net has no normalisation. */
  readonly hasBias?: boolean;
}

type ScaleFactors = Pick<Extract<LayerNode, { kind: 'scale' }>, 'factor' | 'weight' | 'survival'>;

/** Output length of a convolution or pooling window along one side: (n + 2·padding − kernel) / stride + 1, floored. */
export function windowedSize(n: number, kernel: number, stride: number, padding: number): number {
  return Math.floor((n + 2 * padding - kernel) / stride) + 1;
}

export class GraphBuilder {
  readonly nodes: LayerNode[] = [];
  readonly parameters: Parameter[] = [];
  readonly runningStatistics: RunningStatistic[] = [];

  constructor(readonly model: ModelConfig) {}

  shapeOf(id: NodeId): TensorShape {
    const node = this.nodes[id];
    if (node === undefined) throw new RangeError(`The layer graph has no node ${id}`);
    return node.shape;
  }

  add(node: NewNode): NodeId {
    const id = this.nodes.length;
    this.nodes.push({ ...node, id });
    return id;
  }

  /** Lists a convolution's parameters: OIHW weight, and its bias if it has one. */
  declareConvolution(spec: ConvolutionSpec, active: boolean): void {
    const { name, outChannels, inChannels, kernel } = spec;
    this.declare(`${name}.weight`, [outChannels, inChannels, kernel, kernel], 'convWeight', active);
    if (this.#hasBias(spec)) this.declare(`${name}.bias`, [outChannels], 'convBias', active);
  }

  /** Lists a gate's parameters: a 1×1 convolution with its bias. */
  declareGate({ name, outChannels, inChannels }: ConvolutionSpec, active: boolean): void {
    this.declare(`${name}.weight`, [outChannels, inChannels, 1, 1], 'convWeight', active);
    this.declare(`${name}.bias`, [outChannels], 'gateBias', active);
  }

  /** Lists a normalisation's scale and shift, and a BatchNorm's running statistics. */
  declareNorm(name: string, channels: number, active: boolean): void {
    this.declare(`${name}.weight`, [channels], 'normWeight', active);
    this.declare(`${name}.bias`, [channels], 'normBias', active);
    if (this.model.normalization !== 'batch') return;
    this.runningStatistics.push(
      { name: `${name}.running_mean`, channels, initial: 0, active },
      { name: `${name}.running_var`, channels, initial: 1, active },
    );
  }

  /** Lists what a block's branch is multiplied by: one number, or one a channel. */
  declareBranchScale(name: string, elements: number, active: boolean): void {
    this.declare(name, [elements], 'branchScale', active);
  }

  /** @param by left out: 1, no parameter, always alive. */
  scale(
    name: string,
    block: string,
    input: NodeId,
    { factor = 1, weight = null, survival = 1 }: Partial<ScaleFactors>,
  ): NodeId {
    const stream = streamOf(name);
    const shape = this.shapeOf(input);
    return this.add({ kind: 'scale', name, block, shape, input, factor, weight, survival, stream });
  }

  /** Padding (kernel − 1) / 2: a stride of 1 keeps the size, a stride of 2 halves it, rounding up. */
  convolution(spec: ConvolutionSpec, input: NodeId): NodeId {
    return this.#convolution(spec, input, this.#hasBias(spec) ? `${spec.name}.bias` : null);
  }

  /** σ of a convolution with a bias. */
  gateValue(spec: ConvolutionSpec, input: NodeId): NodeId {
    const { name, block } = spec;
    const convolved = this.#convolution(spec, input, `${name}.bias`);
    const shape = this.shapeOf(convolved);
    const ends = { block, shape, input: convolved };
    return this.add({ kind: 'activation', name: `${name}.sigmoid`, ...ends, fn: 'sigmoid' });
  }

  /** `input` times `gate`, or times 1 − `gate`. */
  gate(name: string, block: string, input: NodeId, gate: NodeId, complement: boolean): NodeId {
    const shape = this.shapeOf(input);
    return this.add({ kind: 'gate', name, block, shape, input, gate, complement });
  }

  #convolution(spec: ConvolutionSpec, input: NodeId, bias: string | null): NodeId {
    const { name, block, inChannels, outChannels, kernel, stride } = spec;
    const from = this.shapeOf(input);
    if (from.channels !== inChannels) {
      throw new RangeError(`${name} expects ${inChannels} channels but gets ${from.channels}`);
    }
    const padding = (kernel - 1) / 2;
    const height = windowedSize(from.height, kernel, stride, padding);
    const width = windowedSize(from.width, kernel, stride, padding);
    const shape = { channels: outChannels, height, width };
    return this.add({
      kind: 'conv',
      name,
      block,
      shape,
      input,
      kernel,
      stride,
      padding,
      weight: `${name}.weight`,
      bias,
    });
  }

  /** BatchNorm or group norm, as the model has it. */
  norm(name: string, block: string | null, input: NodeId): NodeId {
    const shape = this.shapeOf(input);
    const parameters = { weight: `${name}.weight`, bias: `${name}.bias` };
    const layer = { name, block, shape, input, ...parameters, epsilon: this.model.batchNormEps };
    if (this.model.normalization === 'group') {
      const groups = groupsOf(shape.channels, wantedGroups(this.model));
      return this.add({ kind: 'groupNorm', ...layer, groups });
    }
    return this.add({
      kind: 'batchNorm',
      ...layer,
      runningMean: `${name}.running_mean`,
      runningVar: `${name}.running_var`,
    });
  }

  activation(
    name: string,
    block: string | null,
    input: NodeId,
    fn: ActivationName = this.model.activation,
  ): NodeId {
    return this.add({ kind: 'activation', name, block, shape: this.shapeOf(input), input, fn });
  }

  maxPool(name: string, input: NodeId, kernel: number, stride: number, padding: number): NodeId {
    const { channels, height, width } = this.shapeOf(input);
    const shape = {
      channels,
      height: windowedSize(height, kernel, stride, padding),
      width: windowedSize(width, kernel, stride, padding),
    };
    return this.add({ kind: 'maxPool', name, block: null, shape, input, kernel, stride, padding });
  }

  globalAveragePool(name: string, input: NodeId, block: string | null = null): NodeId {
    const shape = { channels: this.shapeOf(input).channels, height: 1, width: 1 };
    return this.add({ kind: 'globalAveragePool', name, block, shape, input });
  }

  /** @param stream tells its masks from those of others; left out: the node's number. */
  dropout(
    name: string,
    block: string | null,
    input: NodeId,
    rate: number,
    stream = this.nodes.length,
  ): NodeId {
    const shape = this.shapeOf(input);
    return this.add({ kind: 'dropout', name, block, shape, input, rate, stream });
  }

  /** A linear layer over the channels of a 1×1 map, parameters included. */
  linear(name: string, input: NodeId, outputs: number): NodeId {
    const { channels } = this.shapeOf(input);
    this.declare(`${name}.weight`, [outputs, channels], 'linearWeight', true);
    this.declare(`${name}.bias`, [outputs], 'linearBias', true);
    const shape = { channels: outputs, height: 1, width: 1 };
    return this.add({
      kind: 'linear',
      name,
      block: null,
      shape,
      input,
      weight: `${name}.weight`,
      bias: `${name}.bias`,
    });
  }

  #hasBias({ hasBias }: ConvolutionSpec): boolean {
    return hasBias ?? this.model.normalization === 'none';
  }

  private declare(
    name: string,
    shape: readonly number[],
    role: ParameterRole,
    active: boolean,
  ): void {
    const elements = shape.reduce((product, n) => product * n, 1);
    const isFrozen = this.model.whitening === true && name === FIRST_FILTERS;
    const parameter = { name, shape, elements, role, active };
    this.parameters.push(isFrozen ? { ...parameter, isFrozen } : parameter);
  }
}
