/** One network on the GPU: its parameters, and the prebuilt dispatches of its training step. */
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import { adamScales, averageRate, isAdam, type Moment, momentsOf } from '../../model/optimizer.ts';
import type { EngineNetwork, KernelChoices, NetworkState, StepMetrics } from '../api.ts';
import { checkState } from '../checkState.ts';
import type { ResidentName } from '../plan/buffers.ts';
import { overflowedStatistic } from '../plan/overflow.ts';
import { packParameters, packWeights, unpackParameters, unpackWeights } from '../plan/layout.ts';
import type { Batch } from './batch.ts';
import { checkFits, type Gpu } from './device.ts';
import { packStep, STEP_BYTES } from './kernels/step.ts';
import { lowerTraining, type TrainingOptions, type TrainingProgram } from './lowering/program.ts';
import { allocate, encode, type PlanMemory, type PreparedDispatch, prepare } from './memory.ts';
import { readBuffers } from './readback.ts';
import { writeKernelCode } from './tuner/kernelCode.ts';

/** Where parameters and running statistics lie. */
type StatePlace = Readonly<Record<'weights' | 'running', ResidentName>>;
const OWN: StatePlace = { weights: 'weights', running: 'running' };
const AVERAGES: StatePlace = { weights: 'average', running: 'averageRunning' };

export class Network implements EngineNetwork {
  /** What it was made from. */
  readonly options: TrainingOptions;
  readonly program: TrainingProgram;
  readonly dispatches: readonly PreparedDispatch[];
  readonly #gpu: Gpu;
  readonly #memory: PlanMemory;
  /** Norms of the parameters that no step moves, by their place: no kernel reads those. */
  #stillNorms: readonly (readonly [number, number])[] = [];

  private constructor(
    gpu: Gpu,
    options: TrainingOptions,
    program: TrainingProgram,
    memory: PlanMemory,
    dispatches: readonly PreparedDispatch[],
  ) {
    this.#gpu = gpu;
    this.options = options;
    this.program = program;
    this.#memory = memory;
    this.dispatches = dispatches;
  }

  /**
   * Plans, allocates and compiles. Weights are zero until `load`.
   * @throws EngineError `too-large`, `out-of-memory`, `shader`.
   */
  static async create(gpu: Gpu, options: TrainingOptions, batch: Batch): Promise<Network> {
    const { microBatchSize = options.training.batchSize } = batch.shape;
    const { traits } = gpu;
    const made = { ...options, traits, training: { ...options.training, microBatchSize } };
    const program = lowerTraining(made);
    checkFits(gpu, [program.summary]);
    const memory = await allocate(gpu, program, batch.lent);
    const tables = [
      ['pieceTable', program.tables.pieces],
      ['chunkTable', program.tables.chunks],
      ['segmentTable', program.tables.segments],
      ['filterStrips', program.tables.strips.table],
      ['layerTable', program.tables.layers],
    ] as const;
    for (const [name, table] of tables) {
      const buffer = memory.residents.get(name);
      if (buffer !== undefined) gpu.device.queue.writeBuffer(buffer, 0, table);
    }
    try {
      const dispatches = await prepare(gpu, program, memory);
      return new Network(gpu, made, program, memory, dispatches);
    } catch (error) {
      for (const buffer of memory.owned) buffer.destroy();
      throw error;
    }
  }

  get #moments(): readonly Moment[] {
    return momentsOf(this.options.training.optimizer);
  }

  get #hasAverage(): boolean {
    return this.options.training.averageDecay !== undefined;
  }

  /** Parameters and running statistics as they are tested. */
  get evaluated(): Readonly<Record<'weights' | 'running', GPUBuffer>> {
    const { weights, running } = this.#hasAverage ? AVERAGES : OWN;
    return { weights: this.buffer(weights), running: this.buffer(running) };
  }

  get graph(): LayerGraph {
    return this.program.graph;
  }

  get kernelChoices(): KernelChoices {
    return this.program.kernelChoices;
  }

  get kernelCode(): string | null {
    return writeKernelCode(this.program.tunables, this.program.kernelChoices);
  }

  get summary(): TrainingProgram['summary'] {
    return this.program.summary;
  }

  /** A buffer shared with evaluation or copied from. */
  buffer(name: ResidentName): GPUBuffer {
    const buffer = this.#memory.residents.get(name);
    if (buffer === undefined) throw new Error(`network has no buffer ${name}`);
    return buffer;
  }

  /** Records what comes before the pass of a micro-batch. */
  prepare(encoder: GPUCommandEncoder, microBatch: number): void {
    if (this.program.microBatches.length === 1) return;
    const [list, step] = [this.buffer('stepList'), this.buffer('step')];
    encoder.copyBufferToBuffer(list, microBatch * STEP_BYTES, step, 0, STEP_BYTES);
  }

  /** Records this network's part of a micro-batch's pass; the images must already be in place. */
  encode(pass: GPUComputePassEncoder, microBatch: number): void {
    for (const { first, end } of this.program.microBatches[microBatch]?.ranges ?? []) {
      encode(pass, this.dispatches, first, end);
    }
  }

  /** Sets what changes from step to step. Takes effect with the next submit. */
  writeStep(slot: number, step: number, learningRate: number, mixup?: number): void {
    const { batchSize: images, microBatches } = this.program;
    const { seed, optimizer, averageDecay = 0 } = this.options.training;
    const adam = isAdam(optimizer) ? adamScales(optimizer, learningRate, step + 1) : undefined;
    const same = {
      ...{ slot, step, seed, learningRate, adam, mixup, images },
      averageRate: averageRate(averageDecay, step),
    };
    const isSplit = microBatches.length > 1;
    const buffer = this.buffer(isSplit ? 'stepList' : 'step');
    const list = new Uint8Array(microBatches.length * STEP_BYTES);
    for (const [i, { images: rows, firstImage }] of microBatches.entries()) {
      list.set(new Uint8Array(packStep({ ...same, rows, firstImage })), i * STEP_BYTES);
    }
    this.#gpu.device.queue.writeBuffer(buffer, 0, list);
  }

  /** A row of the metrics ring as numbers. */
  metricsOf(ring: Float32Array, slot: number, step: number, learningRate: number): StepMetrics {
    const { metricsRow, columns, graph, layout } = this.program;
    const row = ring.slice(slot * metricsRow, (slot + 1) * metricsRow);
    const [loss = Number.NaN, accuracy = Number.NaN] = row;
    const weightNorm = row.subarray(columns.weight, columns.update);
    for (const [parameter, norm] of this.#stillNorms) weightNorm[parameter] = norm;
    return {
      ...{ step, loss, accuracy, learningRate, weightNorm },
      gradNorm: row.subarray(columns.gradient, columns.weight),
      updateNorm: row.subarray(columns.update, columns.activation),
      activationStd: row.subarray(columns.activation, columns.overflow),
      overflowed: overflowedStatistic(graph, layout, row[columns.overflow] ?? -1),
    };
  }

  load(state: Parameters<EngineNetwork['load']>[0]): void {
    const { layout, graph } = this.program;
    checkState(graph, state);
    const { weights, average = new Map() } = state;
    this.#stillNorms = graph.parameters.flatMap(({ name, active }, i) =>
      active ? [] : [[i, normOf(weights.get(name)?.data ?? [])] as const],
    );
    const { queue } = this.#gpu.device;
    const write = (dict: StateDict, place: StatePlace) => {
      const packed = packWeights(graph, layout, dict);
      queue.writeBuffer(this.buffer(place.weights), 0, packed.weights);
      queue.writeBuffer(this.buffer(place.running), 0, packed.running);
    };
    write(weights, OWN);
    if (this.#hasAverage) write(new Map([...weights, ...average]), AVERAGES);
    for (const name of this.#moments) {
      queue.writeBuffer(this.buffer(name), 0, packParameters(layout, state[name] ?? new Map()));
    }
  }

  async save(): Promise<NetworkState> {
    const { layout, graph } = this.program;
    const places = this.#hasAverage ? [OWN, AVERAGES] : [OWN];
    const states = places.flatMap(({ weights, running }) => [weights, running]);
    const read = await readBuffers(
      this.#gpu.device,
      [...this.#moments, ...states].map((name) => this.buffer(name)),
    );
    const next = () => {
      const floats = read.shift();
      if (floats === undefined) throw new Error('a buffer was not read back');
      return floats;
    };
    const [momentum = new Map(), secondMoment] = this.#moments.map(() =>
      unpackParameters(layout, next()),
    );
    const [weights = new Map(), average] = places.map(() =>
      unpackWeights(graph, layout, next(), next()),
    );
    return {
      ...{ weights, momentum },
      ...(secondMoment === undefined ? {} : { secondMoment }),
      ...(average === undefined ? {} : { average }),
    };
  }

  destroy(): void {
    for (const buffer of this.#memory.owned) buffer.destroy();
  }
}

function normOf(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] ?? 0) ** 2;
  return Math.sqrt(squares);
}
