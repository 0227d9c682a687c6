/** One network on a TF.js backend: its tensors, and its training step. */
import { add, clone, dispose, keep, mul, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayerGraph, NodeId, StateDict } from '../../model/graph.ts';
import type {
  Activations,
  EngineNetwork,
  NetworkOptions,
  NetworkState,
  NetworkSummary,
} from '../api.ts';
import { checkState } from '../checkState.ts';
import type { BatchTensors } from './batch.ts';
import type { Named, PassContext } from './layer.ts';
import { download, upload } from './layout.ts';
import { softmaxCrossEntropy } from './loss.ts';
import { estimatedBytes } from './memory.ts';
import { backward, forward } from './pass.ts';
import {
  byName,
  measuredNodes,
  packRow,
  type RowMetrics,
  readRow,
  responses,
  squareSums,
  varianceOf,
} from './statistics.ts';

type Training = NetworkOptions['training'];

export class TfjsNetwork implements EngineNetwork {
  readonly graph: LayerGraph;
  readonly summary: NetworkSummary;
  readonly #training: Training;
  /** Parameters and running statistics. */
  #tensors = new Map<string, Tensor>();
  #momentum = new Map<string, Tensor>();
  readonly #measured: ReadonlySet<NodeId>;

  /** Without tensors until `load`. */
  constructor(options: NetworkOptions) {
    this.graph = options.graph;
    this.#training = options.training;
    this.#measured = measuredNodes(options.graph);
    this.summary = {
      gpuBytes: estimatedBytes(options).total,
      microBatchSize: options.training.batchSize,
      dispatchesPerStep: null,
    };
  }

  load({ weights, momentum = new Map() }: { weights: StateDict; momentum?: StateDict }): void {
    checkState(this.graph, { weights, momentum });
    this.destroy();
    for (const { name, shape, elements } of this.graph.parameters) {
      const none = { shape, data: new Float32Array(elements) };
      this.#tensors.set(name, upload(weights.get(name) ?? none));
      this.#momentum.set(name, upload(momentum.get(name) ?? none));
    }
    for (const { name, channels, initial } of this.graph.runningStatistics) {
      const first = { shape: [channels], data: new Float32Array(channels).fill(initial) };
      this.#tensors.set(name, upload(weights.get(name) ?? first));
    }
  }

  async save(): Promise<NetworkState> {
    return { weights: await all(this.#tensors), momentum: await all(this.#momentum) };
  }

  /** One step of training. @returns a row for `metricsOf`; the caller's. */
  step({ images, labels }: BatchTensors, step: number, learningRate: number): Tensor {
    const { graph } = this;
    const { labelSmoothing, seed } = this.#training;
    const { metrics, updates, velocities } = tidy(() => {
      const context = this.#context('training', seed, step);
      const variances = new Map<NodeId, Tensor>();
      const pass = forward(graph, images, context, ({ id }, output) => {
        if (this.#measured.has(id)) variances.set(id, varianceOf(output));
      });
      const response = responses(graph, pass, variances, context.tensor);
      const { loss, accuracy, gradient } = softmaxCrossEntropy(pass.logits, labels, labelSmoothing);
      const gradients = backward(pass, graph.output, gradient);
      const { weights, changes, velocities } = this.#descend(gradients, learningRate);
      const squares = [byName(gradients), this.#tensors, byName(changes)].map((tensors) =>
        squareSums(graph, tensors),
      );
      const statistics = pass.passes.flatMap(({ pass: { statistics = [] } }) => statistics);
      const moved = byName(statistics);
      const running = graph.runningStatistics.map(
        ({ name }) => moved.get(name) ?? find(this.#tensors, name),
      );
      const metrics = packRow([loss, accuracy], squares, response, running);
      return { metrics, updates: [...weights, ...statistics], velocities };
    });
    replace(this.#tensors, updates);
    replace(this.#momentum, velocities);
    return metrics;
  }

  /** What a step's row says. */
  metricsOf(row: Float32Array): RowMetrics {
    return readRow(this.graph, row);
  }

  /** Logits [N, classes] by running statistics, without dropout; the caller's. */
  evaluate(images: Tensor): Tensor {
    return tidy(() => forward(this.graph, images, this.#context('evaluation', 0, 0)).logits);
  }

  /** What every layer makes of one image [1, S, S, 3], by running statistics. */
  async activations(image: Tensor): Promise<Activations> {
    const outputs: Named[] = tidy(() => {
      const kept: Named[] = [{ name: 'input', value: keep(clone(image)) }];
      forward(this.graph, image, this.#context('evaluation', 0, 0), ({ name }, output) => {
        kept.push({ name, value: keep(clone(output)) });
      });
      return kept;
    });
    const values = new Map<string, Float32Array>();
    for (const { name, value } of outputs) {
      values.set(name, channelsFirst(await value.data<'float32'>(), value.shape.at(-1) ?? 1));
      value.dispose();
    }
    return { values };
  }

  destroy(): void {
    dispose([...this.#tensors.values(), ...this.#momentum.values()]);
    this.#tensors.clear();
    this.#momentum.clear();
  }

  #context(mode: PassContext['mode'], seed: number, step: number): PassContext {
    return { mode, seed, step, tensor: (name) => find(this.#tensors, name) };
  }

  /** torch.optim.SGD; parameters that no node uses stay as they are. */
  #descend(gradients: readonly Named[], learningRate: number) {
    const { momentum, nesterov, weightDecay } = this.#training.optimizer;
    const weights: Named[] = [];
    const changes: Named[] = [];
    const velocities: Named[] = [];
    for (const { name, value } of gradients) {
      const weight = find(this.#tensors, name);
      const { moved, change, velocity } = tidy(() => {
        const direction = weightDecay === 0 ? value : add(value, mul(weight, weightDecay));
        const velocity = add(mul(find(this.#momentum, name), momentum), direction);
        const way = nesterov ? add(direction, mul(velocity, momentum)) : velocity;
        const change = mul(way, learningRate);
        return { moved: sub(weight, change), change, velocity };
      });
      weights.push({ name, value: moved });
      changes.push({ name, value: change });
      velocities.push({ name, value: velocity });
    }
    return { weights, changes, velocities };
  }
}

/** [H, W, C] to [C, H, W]. */
function channelsFirst(values: Float32Array, channels: number): Float32Array {
  const area = values.length / channels;
  return Float32Array.from(
    values,
    (_, i) => values[(i % area) * channels + Math.floor(i / area)] ?? Number.NaN,
  );
}

function find(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const found = tensors.get(name);
  if (found === undefined) throw new Error(`the network has no ${name}: nothing was loaded`);
  return found;
}

function replace(tensors: Map<string, Tensor>, values: readonly Named[]): void {
  for (const { name, value } of values) {
    tensors.get(name)?.dispose();
    tensors.set(name, value);
  }
}

async function all(tensors: ReadonlyMap<string, Tensor>): Promise<StateDict> {
  const entries = [...tensors].map(async ([name, value]) => [name, await download(value)] as const);
  return new Map(await Promise.all(entries));
}
