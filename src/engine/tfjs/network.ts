/** One network on a TF.js backend: its tensors, and its training step. */
import {
  add,
  clone,
  dispose,
  div,
  keep,
  matMul,
  mul,
  norm,
  reshape,
  sqrt,
  sub,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import type { LayerGraph, NodeId, StateDict } from '../../model/graph.ts';
import {
  adamScales,
  adamSettings,
  averageRate,
  isAdam,
  muonScale,
  descentOf,
  type OptimizerConfig,
} from '../../model/optimizer.ts';
import type {
  Activations,
  EngineNetwork,
  NetworkOptions,
  NetworkState,
  NetworkSummary,
} from '../api.ts';
import { checkState } from '../checkState.ts';
import { NEWTON_SCHULZ } from '../plan/filterStrips.ts';
import type { BatchTensors } from './batch.ts';
import type { Named, PassContext } from './layer.ts';
import { download, upload } from './layout.ts';
import { softmaxCrossEntropy, targetsOf } from './loss.ts';
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
  /** Of Adam. */
  #secondMoment = new Map<string, Tensor>();
  /** Of parameters and running statistics, where an average is taken. */
  #average = new Map<string, Tensor>();
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

  load(state: Parameters<EngineNetwork['load']>[0]): void {
    checkState(this.graph, state);
    const { weights, momentum = new Map(), secondMoment = new Map() } = state;
    this.destroy();
    for (const { name, shape, elements } of this.graph.parameters) {
      const none = { shape, data: new Float32Array(elements) };
      this.#tensors.set(name, upload(weights.get(name) ?? none));
      this.#momentum.set(name, upload(momentum.get(name) ?? none));
      if (!isAdam(this.#training.optimizer)) continue;
      this.#secondMoment.set(name, upload(secondMoment.get(name) ?? none));
    }
    for (const { name, channels, initial } of this.graph.runningStatistics) {
      const first = { shape: [channels], data: new Float32Array(channels).fill(initial) };
      this.#tensors.set(name, upload(weights.get(name) ?? first));
    }
    if (this.#training.averageDecay === undefined) return;
    for (const [name, tensor] of this.#tensors) {
      const known = state.average?.get(name);
      this.#average.set(name, known === undefined ? keep(clone(tensor)) : upload(known));
    }
  }

  async save(): Promise<NetworkState> {
    const seconds = this.#secondMoment;
    const secondMoment = seconds.size === 0 ? {} : { secondMoment: await all(seconds) };
    const momentum = await all(this.#momentum);
    const average = this.#average.size === 0 ? {} : { average: await all(this.#average) };
    return { weights: await all(this.#tensors), momentum, ...secondMoment, ...average };
  }

  /** One step of training. @returns a row for `metricsOf`; the caller's. */
  step(
    { images, labels }: BatchTensors,
    step: number,
    learningRate: number,
    mixup?: number,
  ): Tensor {
    const { graph } = this;
    const { labelSmoothing, seed } = this.#training;
    const { metrics, updates, velocities, seconds } = tidy(() => {
      const context = this.#context('training', seed, step);
      const variances = new Map<NodeId, Tensor>();
      const pass = forward(graph, images, context, ({ id }, output) => {
        if (this.#measured.has(id)) variances.set(id, varianceOf(output));
      });
      const response = responses(graph, pass, variances, context.tensor);
      const shares = targetsOf(labels, graph.model.classes, mixup);
      const { loss, accuracy, gradient } = softmaxCrossEntropy(pass.logits, shares, labelSmoothing);
      const gradients = backward(pass, graph.output, gradient);
      const { weights, changes, velocities, seconds } = this.#descend(
        gradients,
        learningRate,
        step + 1,
      );
      const squares = [byName(gradients), this.#tensors, byName(changes)].map((tensors) =>
        squareSums(graph, tensors),
      );
      const statistics = pass.passes.flatMap(({ pass: { statistics = [] } }) => statistics);
      const moved = byName(statistics);
      const running = graph.runningStatistics.map(
        ({ name }) => moved.get(name) ?? find(this.#tensors, name),
      );
      const metrics = packRow([loss, accuracy], squares, response, running);
      return { metrics, updates: [...weights, ...statistics], velocities, seconds };
    });
    replace(this.#tensors, updates);
    replace(this.#momentum, velocities);
    replace(this.#secondMoment, seconds);
    this.#moveAverage(step);
    return metrics;
  }

  #moveAverage(step: number): void {
    const rate = averageRate(this.#training.averageDecay ?? 0, step);
    const moved = [...this.#average].map(([name, before]) => ({
      name,
      value: tidy(() => add(before, mul(sub(find(this.#tensors, name), before), rate))),
    }));
    replace(this.#average, moved);
  }

  /** What a step's row says. */
  metricsOf(row: Float32Array): RowMetrics {
    return readRow(this.graph, row);
  }

  /** Logits [N, classes] by running statistics, without dropout; the caller's. */
  evaluate(images: Tensor): Tensor {
    const tensors = this.#average.size === 0 ? this.#tensors : this.#average;
    const context = {
      ...this.#context('evaluation', 0, 0),
      tensor: (name: string) => find(tensors, name),
    };
    return tidy(() => forward(this.graph, images, context).logits);
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
    for (const tensors of [this.#tensors, this.#momentum, this.#secondMoment, this.#average]) {
      dispose([...tensors.values()]);
      tensors.clear();
    }
  }

  #context(mode: PassContext['mode'], seed: number, step: number): PassContext {
    return { mode, seed, step, tensor: (name) => find(this.#tensors, name) };
  }

  /** torch.optim.SGD, Adam or AdamW in step `t` from 1; parameters that no node uses stay as they are. */
  #descend(gradients: readonly Named[], learningRate: number, t: number) {
    const { optimizer } = this.#training;
    const weights: Named[] = [];
    const changes: Named[] = [];
    const velocities: Named[] = [];
    const seconds: Named[] = [];
    const parameters = new Map(
      this.graph.parameters.map((parameter) => [parameter.name, parameter] as const),
    );
    for (const { name, value: gradient } of gradients) {
      const parameter = parameters.get(name);
      if (parameter === undefined) throw new Error(`no parameter ${name}`);
      const { decay, rateFactor } = descentOf(parameter, this.#training);
      const weight = find(this.#tensors, name);
      const at = {
        ...{ gradient, weight, optimizer, decay, t },
        learningRate: learningRate * rateFactor,
        momentum: find(this.#momentum, name),
      };
      const { moved, change, velocity, second } = tidy(() => {
        const isMuons = optimizer.type === 'muon' && parameter.role === 'convWeight';
        const others = isMuons ? () => muon(at, parameter.shape) : () => sgd(at);
        const found = isAdam(optimizer) ? adam(at, find(this.#secondMoment, name)) : others();
        return { ...found, moved: sub(weight, found.change) };
      });
      weights.push({ name, value: moved });
      changes.push({ name, value: change });
      velocities.push({ name, value: velocity });
      seconds.push(...second.map((value) => ({ name, value })));
    }
    return { weights, changes, velocities, seconds };
  }
}

/** A parameter, and what moves it. */
interface Moving {
  readonly gradient: Tensor;
  readonly weight: Tensor;
  readonly momentum: Tensor;
  readonly optimizer: OptimizerConfig;
  /** Weight decay of this parameter. */
  readonly decay: number;
  readonly learningRate: number;
  /** Steps with this one. */
  readonly t: number;
}

type Moved = {
  readonly velocity: Tensor;
  /** With Adam one tensor. */
  readonly second: Tensor[];
  readonly change: Tensor;
};

const decayed = ({ gradient, weight, decay }: Moving): Tensor =>
  decay === 0 ? gradient : add(gradient, mul(weight, decay));

function accelerated({ optimizer, ...moving }: Moving, slope: Tensor) {
  const { nesterov, momentum } = optimizer;
  const velocity = add(mul(moving.momentum, momentum), slope);
  return { velocity, way: nesterov ? add(slope, mul(velocity, momentum)) : velocity };
}

function sgd(moving: Moving): Moved {
  const { velocity, way } = accelerated(moving, decayed(moving));
  return { velocity, second: [], change: mul(way, moving.learningRate) };
}

/** Filters [kernel, kernel, I, O]; `plan/filterStrips.ts` says how they are made orthogonal. */
function muon(moving: Moving, shape: readonly number[]): Moved {
  const { steps, a, b, c, epsilon } = NEWTON_SCHULZ;
  const { weight, decay, learningRate } = moving;
  const { velocity, way } = accelerated(moving, moving.gradient);
  const matrix = reshape(way, [-1, shape[0] ?? 1]);
  let x = div(matrix, add(norm(matrix), epsilon));
  for (let i = 0; i < steps; i++) {
    const gram = matMul(x, x, true);
    const polynomial = add(mul(gram, b), mul(matMul(gram, gram), c));
    x = add(mul(x, a), matMul(x, polynomial));
  }
  const direction = mul(reshape(x, weight.shape), muonScale(shape));
  const change = mul(add(direction, mul(weight, decay)), learningRate);
  return { velocity, second: [], change };
}

function adam(moving: Moving, secondMoment: Tensor): Moved {
  const { optimizer, learningRate, weight, decay, t } = moving;
  const { beta1, beta2, epsilon } = adamSettings(optimizer);
  const { stepSize, secondRoot } = adamScales(optimizer, learningRate, t);
  const isDecoupled = optimizer.type === 'adamw';
  const slope = isDecoupled ? moving.gradient : decayed(moving);
  const velocity = add(mul(moving.momentum, beta1), mul(slope, 1 - beta1));
  const second = add(mul(secondMoment, beta2), mul(mul(slope, slope), 1 - beta2));
  const own = div(mul(velocity, stepSize), add(div(sqrt(second), secondRoot), epsilon));
  const change = isDecoupled ? add(own, mul(weight, learningRate * decay)) : own;
  return { velocity, second: [second], change };
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
