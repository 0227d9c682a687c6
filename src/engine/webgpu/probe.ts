/** A network on the GPU that is only evaluated: its tensors, and the evaluator that reads them. */
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import type {
  EngineProbe,
  Evaluation,
  EvaluationOptions,
  LoadImages,
  ProbeOptions,
} from '../api.ts';
import { checkState } from '../checkState.ts';
import { packWeights, type StateLayout } from '../plan/layout.ts';
import type { Batch } from './batch.ts';
import type { Gpu } from './device.ts';
import { Evaluator, programLike } from './evaluator.ts';

type Buffers = Readonly<Record<'weights' | 'running', GPUBuffer>>;

export class Probe implements EngineProbe {
  private constructor(
    private readonly gpu: Gpu,
    readonly graph: LayerGraph,
    private readonly layout: StateLayout,
    private readonly buffers: Buffers,
    private readonly evaluator: Evaluator,
  ) {}

  /** @throws EngineError `too-large`, `out-of-memory`, `shader`. */
  static async create(
    gpu: Gpu,
    { graph, kernelChoices, precision }: Required<ProbeOptions>,
    batch: Batch,
  ): Promise<Probe> {
    const program = programLike(gpu, { graph, kernelChoices }, batch.shape.batchSize, precision);
    const { layout } = program;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const make = (label: string, floats: number) =>
      gpu.device.createBuffer({ label, size: 4 * Math.max(64, floats), usage });
    const buffers = {
      weights: make('probe weights', layout.parameterFloats),
      running: make('probe running', layout.statisticFloats),
    };
    try {
      const evaluator = await Evaluator.of(gpu, program, batch, buffers);
      return new Probe(gpu, graph, layout, buffers, evaluator);
    } catch (error) {
      destroyAll(buffers);
      throw error;
    }
  }

  load(weights: StateDict): void {
    checkState(this.graph, { weights, momentum: new Map() });
    const packed = packWeights(this.graph, this.layout, weights);
    const { queue } = this.gpu.device;
    queue.writeBuffer(this.buffers.weights, 0, packed.weights);
    queue.writeBuffer(this.buffers.running, 0, packed.running);
  }

  evaluate(total: number, load: LoadImages, options?: EvaluationOptions): Promise<Evaluation> {
    return this.evaluator.evaluate(total, load, options);
  }

  destroy(): void {
    this.evaluator.destroy();
    destroyAll(this.buffers);
  }
}

function destroyAll(buffers: Buffers): void {
  for (const buffer of Object.values(buffers)) buffer.destroy();
}
