/** Evaluates a network: running statistics, no dropout. */
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import type {
  EngineEvaluator,
  EngineProbe,
  Evaluation,
  EvaluationOptions,
  LoadImages,
} from '../api.ts';
import { checkState } from '../checkState.ts';
import { nextTask } from '../nextTask.ts';
import { type EvaluationPlan, planEvaluation } from '../plan/plan.ts';
import type { CpuBatch } from './batch.ts';
import type { Arithmetic } from './kernels/kernel.ts';
import type { StepState } from './lowering/step.ts';
import { type CpuNetwork, loadWeights } from './network.ts';
import { Program, planProgram } from './program.ts';
import type { ThreadPool } from './threads/pool.ts';

/** @throws EngineError `too-large`, `out-of-memory`. */
export function compileEvaluation(
  plan: EvaluationPlan,
  arithmetic: Arithmetic,
  pool: ThreadPool,
): Promise<Program> {
  const { graph, layout, list, images, results } = plan;
  const kept = new Set([images, ...results]);
  const source = { graph, layout, arithmetic, update: null, lists: [list], kept } as const;
  return Program.compile(planProgram(source), pool);
}

/** The state of an evaluation of the first `rows` of a batch; `loss` and `hits` become sums over them. */
export const evaluationState = (images: number, rows: number, labels: Uint32Array): StepState => ({
  ...{ images, rows, labels, step: 0, seed: 0, firstImage: 0, mixup: 1, loss: 0, hits: 0 },
  overflow: -1,
  ...{ gradNorm: new Float32Array(), weightNorm: new Float32Array() },
  ...{ updateNorm: new Float32Array(), activationStd: new Float32Array(), moments: new Map() },
});

class BatchEvaluator {
  constructor(
    private readonly plan: EvaluationPlan,
    private readonly program: Program,
    private readonly batch: CpuBatch,
    private readonly report: (error: unknown) => Error,
    /** Called before each evaluation: puts the weights into place. */
    private readonly refresh: () => void = () => undefined,
  ) {}

  async evaluate(
    total: number,
    load: LoadImages,
    { logits: wantsLogits = false, signal }: EvaluationOptions = {},
  ): Promise<Evaluation> {
    this.refresh();
    const { batchSize, logits } = this.plan;
    const classes = logits.shape.channels;
    const all = wantsLogits ? new Float32Array(total * classes) : null;
    let [loss, hits] = [0, 0];
    for (let start = 0; start < total; start += batchSize) {
      signal?.throwIfAborted();
      const rows = Math.min(batchSize, total - start);
      const gather = load(start, rows);
      if (gather !== undefined) this.batch.gather(gather);
      const sums = this.#run(rows);
      // Of few bits, so that sums of them are exact: however the images are divided, they come to the same.
      loss += Math.fround(sums.loss);
      hits += sums.hits;
      for (let n = 0; n < rows; n++) {
        all?.set(this.program.read(0, logits, n), (start + n) * classes);
      }
      await nextTask();
    }
    return { loss: loss / total, lossSum: loss, accuracy: hits / total, logits: all };
  }

  destroy(): void {
    this.program.destroy();
  }

  #run(rows: number): StepState {
    const [part] = this.batch.parts;
    const { batchSize, images } = this.plan;
    if (part?.labels.length !== batchSize) throw new Error('an evaluation’s batch can’t be split');
    this.program.write(0, images, part.images);
    const state = evaluationState(batchSize, rows, part.labels);
    try {
      this.program.run(0, state);
    } catch (error) {
      throw this.report(error);
    }
    return state;
  }
}

/** Of a training network, with the weights that it has then, or their average. */
export class CpuEvaluator extends BatchEvaluator implements EngineEvaluator {
  static async create(
    network: CpuNetwork,
    batch: CpuBatch,
    pool: ThreadPool,
    report: (error: unknown) => Error,
  ): Promise<CpuEvaluator> {
    const plan = planEvaluation(network.graph, batch.shape.batchSize);
    const program = await compileEvaluation(plan, network.arithmetic, pool);
    return new CpuEvaluator(plan, program, batch, report, () => {
      const { weights, running } = network.evaluated;
      program.resident('weights', weights.length).set(weights);
      program.resident('running', running.length).set(running);
    });
  }
}

/** With weights of its own. */
export class CpuProbe extends BatchEvaluator implements EngineProbe {
  #load: (weights: StateDict) => void = () => undefined;

  private constructor(
    readonly graph: LayerGraph,
    ...parts: ConstructorParameters<typeof BatchEvaluator>
  ) {
    super(...parts);
  }

  static async create(
    graph: LayerGraph,
    batch: CpuBatch,
    arithmetic: Arithmetic,
    pool: ThreadPool,
    report: (error: unknown) => Error,
  ): Promise<CpuProbe> {
    const plan = planEvaluation(graph, batch.shape.batchSize);
    const program = await compileEvaluation(plan, arithmetic, pool);
    const probe = new CpuProbe(graph, plan, program, batch, report);
    probe.#load = (weights) => loadWeights(program, weights);
    return probe;
  }

  load(weights: StateDict): void {
    checkState(this.graph, { weights, momentum: new Map() });
    this.#load(weights);
  }
}
