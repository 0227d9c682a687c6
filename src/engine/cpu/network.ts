/** One network: its parameters, and the program of its training step. */
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import { adamScales, averageRate, isAdam, type Moment, momentsOf } from '../../model/optimizer.ts';
import type {
  EngineNetwork,
  KernelChoices,
  NetworkOptions,
  NetworkState,
  NetworkSummary,
  StepMetrics,
} from '../api.ts';
import { checkState } from '../checkState.ts';
import { chunksOf, packChunks } from '../plan/chunks.ts';
import { filterStrips } from '../plan/filterStrips.ts';
import { packParameters, packWeights, unpackParameters, unpackWeights } from '../plan/layout.ts';
import { overflowedStatistic } from '../plan/overflow.ts';
import { type MicroBatch, planTraining, type StepList, type TrainingPlan } from '../plan/plan.ts';
import { REVISION } from './arithmetic.ts';
import type { CpuBatch } from './batch.ts';
import type { Arithmetic } from './kernels/kernel.ts';
import type { Update } from './lowering/descents.ts';
import type { StepState } from './lowering/step.ts';
import type { Resident } from './memoryMap.ts';
import { Program, type ProgramPlan, planProgram } from './program.ts';
import type { OnStep, ThreadPool } from './threads/pool.ts';

/** What training a network takes: nothing is allocated yet. */
interface NetworkPlan {
  readonly plan: TrainingPlan;
  readonly program: ProgramPlan;
  readonly update: Update;
  /** The program's list of each micro-batch. */
  readonly listOf: readonly number[];
}

interface StepAt {
  readonly step: number;
  readonly learningRate: number;
  /** Weight of the first of two labels; left out: 1. */
  readonly mixup?: number | undefined;
}

export function planNetwork(options: NetworkOptions, arithmetic: Arithmetic): NetworkPlan {
  const plan = planTraining(options);
  const { graph, layout, images, moving, microBatches } = plan;
  // A micro-batch's lists run as one; those of equal ones are the same.
  const lists: StepList[] = [];
  const known: MicroBatch[] = [];
  const listOf = microBatches.map((microBatch) => {
    const same = known.findIndex(({ lists: others }) =>
      [...others, ...microBatch.lists].every(
        (list) => others.includes(list) && microBatch.lists.includes(list),
      ),
    );
    if (same >= 0) return same;
    known.push(microBatch);
    lists.push({
      images: microBatch.images,
      steps: microBatch.lists.flatMap(({ steps }) => steps),
    });
    return lists.length - 1;
  });
  const kept = new Set([images]);
  const update = { chunks: moving.flatMap(chunksOf), strips: filterStrips(moving) };
  const source = { graph, layout, arithmetic, update, lists, kept };
  const program = planProgram(source);
  return { plan, program, update, listOf };
}

export class CpuNetwork implements EngineNetwork {
  /** Norms of the parameters that no step moves, by their place: no kernel reads those. */
  #stillNorms: readonly (readonly [number, number])[] = [];

  private constructor(
    readonly options: NetworkOptions,
    readonly arithmetic: Arithmetic,
    readonly planned: NetworkPlan,
    private readonly program: Program,
  ) {}

  /** Weights are zero until `load`. @throws EngineError `too-large`, `out-of-memory`. */
  static async create(
    options: NetworkOptions,
    arithmetic: Arithmetic,
    batch: CpuBatch,
    pool: ThreadPool,
  ): Promise<CpuNetwork> {
    const { microBatchSize = options.training.batchSize } = batch.shape;
    const made = { ...options, training: { ...options.training, microBatchSize } };
    const planned = planNetwork(made, arithmetic);
    const program = await Program.compile(planned.program, pool);
    const { chunks, strips } = planned.update;
    for (const [name, table] of [
      ['chunkTable', packChunks(chunks)],
      ['filterStrips', strips.table],
    ] as const) {
      if (table.length === 0) continue;
      const { buffer, byteOffset } = program.resident(name, table.length);
      new Uint32Array(buffer, byteOffset, table.length).set(table);
    }
    return new CpuNetwork(made, arithmetic, planned, program);
  }

  /** On which the last bits depend. */
  get kernelChoices(): KernelChoices {
    return { arithmetic: this.arithmetic, revision: REVISION };
  }

  get graph(): LayerGraph {
    return this.planned.plan.graph;
  }

  get summary(): NetworkSummary {
    const { microBatches, batchSize } = this.planned.plan;
    return {
      microBatchSize: microBatches[0]?.images ?? batchSize,
      gpuBytes: this.program.bytes,
      dispatchesPerStep: null,
    };
  }

  get #moments(): readonly Moment[] {
    return momentsOf(this.options.training.optimizer);
  }

  get #hasAverage(): boolean {
    return this.options.training.averageDecay !== undefined;
  }

  /** What is tested, as it lies in memory. */
  get evaluated(): { readonly weights: Float32Array; readonly running: Float32Array } {
    return this.#tensorsIn(this.#hasAverage ? AVERAGES : OWN);
  }

  /** Parameters and running statistics, or their averages. */
  #tensorsIn([weights, running]: StatePlace) {
    const { parameterFloats, statisticFloats } = this.planned.plan.layout;
    return {
      weights: this.program.resident(weights, parameterFloats),
      running: this.program.resident(running, statisticFloats),
    };
  }

  /**
   * Trains on what is in the batch.
   * @param onStep told of the program's steps, micro-batch after micro-batch.
   * @throws Error when a kernel or a thread fails.
   */
  step(batch: CpuBatch, at: StepAt, onStep?: OnStep): StepMetrics {
    const { step, learningRate, mixup = 1 } = at;
    const { plan, listOf } = this.planned;
    const { graph, batchSize, microBatches, columns } = plan;
    const parameters = graph.parameters.length;
    const state: StepState = {
      ...{ step, seed: this.options.training.seed, images: batchSize, mixup, loss: 0, hits: 0 },
      ...{ rows: 0, firstImage: 0, labels: new Uint32Array(), moments: new Map() },
      gradNorm: new Float32Array(parameters),
      weightNorm: new Float32Array(parameters),
      updateNorm: new Float32Array(parameters),
      activationStd: new Float32Array(columns.overflow - columns.activation),
      overflow: -1,
    };
    const { optimizer, averageDecay = 0 } = this.options.training;
    const { stepSize = 0, secondRoot = 1 } = isAdam(optimizer)
      ? adamScales(optimizer, learningRate, step + 1)
      : {};
    const rates = [learningRate, stepSize, secondRoot, averageRate(averageDecay, step)];
    this.program.resident('learningRate', rates.length).set(rates);
    for (const [i, { images, firstImage }] of microBatches.entries()) {
      const part = batch.parts[i];
      const list = listOf[i];
      if (part === undefined || list === undefined) throw new Error(`no micro-batch ${i}`);
      this.program.write(list, plan.images, part.images);
      Object.assign(state, { rows: images, firstImage, labels: part.labels });
      this.program.run(list, state, onStep);
    }
    for (const [parameter, norm] of this.#stillNorms) state.weightNorm[parameter] = norm;
    const { gradNorm, weightNorm, updateNorm, activationStd } = state;
    return {
      ...{ step, learningRate, gradNorm, weightNorm, updateNorm, activationStd },
      overflowed: overflowedStatistic(graph, plan.layout, state.overflow),
      loss: Math.fround(state.loss / batchSize),
      accuracy: Math.fround(state.hits / batchSize),
    };
  }

  load(state: Parameters<EngineNetwork['load']>[0]): void {
    const { layout, graph } = this.planned.plan;
    checkState(graph, state);
    const { weights, average = new Map() } = state;
    for (const name of this.#moments) {
      const floats = packParameters(layout, state[name] ?? new Map());
      this.program.resident(name, layout.parameterFloats).set(floats);
    }
    loadWeights(this.program, weights);
    if (this.#hasAverage) loadWeights(this.program, new Map([...weights, ...average]), AVERAGES);
    this.#stillNorms = graph.parameters.flatMap(({ name, active }, i) =>
      active ? [] : [[i, normOf(weights.get(name)?.data ?? [])] as const],
    );
  }

  async save(): Promise<NetworkState> {
    const { layout, graph } = this.planned.plan;
    const saved = (place: StatePlace) => {
      const { weights, running } = this.#tensorsIn(place);
      return unpackWeights(graph, layout, weights, running);
    };
    const [momentum = new Map(), secondMoment] = this.#moments.map((name) =>
      unpackParameters(layout, this.program.resident(name, layout.parameterFloats)),
    );
    return {
      ...{ weights: saved(OWN), momentum },
      ...(secondMoment === undefined ? {} : { secondMoment }),
      ...(this.#hasAverage ? { average: saved(AVERAGES) } : {}),
    };
  }

  destroy(): void {
    this.program.destroy();
  }
}

/** Where parameters and running statistics lie. */
type StatePlace = readonly [Resident, Resident];
const OWN: StatePlace = ['weights', 'running'];
const AVERAGES: StatePlace = ['average', 'averageRunning'];

/** Puts parameters and running statistics into a program's memory. */
export function loadWeights(
  program: Program,
  state: StateDict,
  [first, second]: StatePlace = OWN,
): void {
  const { graph, layout } = program.plan.source;
  const { weights, running } = packWeights(graph, layout, state);
  program.resident(first, layout.parameterFloats).set(weights);
  program.resident(second, layout.statisticFloats).set(running.subarray(0, layout.statisticFloats));
}

function normOf(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] ?? 0) ** 2;
  return Math.sqrt(squares);
}
