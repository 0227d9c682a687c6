/**
 * The loss that training descends, on the same batches at any weights: BatchNorm normalises by each batch's own
 * statistics. A training step at rate 0 gives the loss, the gradient (as the first momentum) and the statistics.
 */
import { normalizationOf } from '../../data/normalization.ts';
import type {
  EngineBatch,
  EngineDevice,
  EngineNetwork,
  EngineStepper,
  KernelChoices,
  LoadImages,
} from '../../engine/api.ts';
import { RUNNING_MOMENTUM } from '../../engine/plan/batchNormConstants.ts';
import type { RunConfig } from '../../model/config.ts';
import { expectedGraph } from '../../model/expectedGraph.ts';
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import { gatherFrom } from '../evaluation.ts';
import type { StudyContext } from './studyContext.ts';

/** What one batch gives. */
export interface BatchStep {
  /** Mean cross-entropy over the batch, with the config's label smoothing. */
  readonly loss: number;
  /** 0–1 */
  readonly accuracy: number;
  /** By parameter name; without weight decay. */
  readonly gradient: StateDict;
  /** The batch's means and variances (unbiased), by the names of the running statistics. */
  readonly statistics: StateDict;
}

/** With momentum buffers of 0, one step leaves the gradient in them. */
const GRADIENT = { type: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 } as const;

export class BatchLoss {
  private constructor(
    /** Draws nothing. */
    readonly graph: LayerGraph,
    readonly batchSize: number,
    /** Where images go. */
    readonly batch: EngineBatch,
    private readonly network: EngineNetwork,
    private readonly stepper: EngineStepper,
    private readonly load: LoadImages,
  ) {}

  /**
   * @param config of the run: its model, its label smoothing and arithmetic.
   * @param load puts images into `batch`, which holds one batch.
   * @throws EngineError `too-large`, `out-of-memory`, `shader`.
   */
  static async open(
    device: EngineDevice,
    { model, training: { seed, labelSmoothing, arithmetic } }: RunConfig,
    kernelChoices: KernelChoices,
    batch: EngineBatch,
    load: LoadImages,
  ): Promise<BatchLoss> {
    const graph = expectedGraph(model);
    const { batchSize } = batch.shape;
    const training = { seed, batchSize, labelSmoothing, arithmetic, optimizer: GRADIENT };
    const network = await device.createNetwork({ graph, training, kernelChoices }, batch);
    return new BatchLoss(
      graph,
      batchSize,
      batch,
      network,
      device.createStepper(batch, [network]),
      load,
    );
  }

  /**
   * Batch number `i`: images i · batchSize on.
   * @param weights by name; running statistics are not used.
   * @param load another batch's images, in place of the `i`-th's.
   * @throws EngineError `device-lost`, `state`.
   */
  async step(weights: StateDict, i: number, load = this.load): Promise<BatchStep> {
    const zeros = this.graph.runningStatistics.map(
      ({ name, channels }) =>
        [name, { shape: [channels], data: new Float32Array(channels) }] as const,
    );
    this.network.load({ weights: new Map([...weights, ...zeros]) });
    const gather = load(i * this.batchSize, this.batchSize);
    const steps = await this.stepper.step({
      ...{ step: 0, learningRates: [0], readback: true },
      ...(gather === undefined ? {} : { gather }),
    });
    const [metrics] = steps?.[0] ?? [];
    if (metrics === undefined) throw new Error('a step without metrics');
    const { weights: after, momentum } = await this.network.save();
    const statistics: StateDict = new Map();
    for (const [name, { shape }] of zeros) {
      const running = after.get(name)?.data ?? new Float32Array();
      statistics.set(name, { shape, data: running.map((value) => value / RUNNING_MOMENTUM) });
    }
    const { loss, accuracy } = metrics;
    return { loss, accuracy, gradient: momentum, statistics };
  }

  destroy(): void {
    this.stepper.destroy();
    this.network.destroy();
  }
}

/** The element-wise mean of dictionaries with the same tensors, summed in double precision. */
export class MeanState {
  private count = 0;
  private readonly sums = new Map<string, { shape: readonly number[]; data: Float64Array }>();

  add(dict: StateDict): void {
    this.count++;
    for (const [name, { shape, data }] of dict) {
      const sum = this.sums.get(name) ?? { shape, data: new Float64Array(data.length) };
      for (let i = 0; i < data.length; i++) sum.data[i] = (sum.data[i] ?? 0) + (data[i] ?? 0);
      this.sums.set(name, sum);
    }
  }

  get mean(): StateDict {
    return new Map(
      [...this.sums].map(([name, { shape, data }]) => [
        name,
        { shape, data: Float32Array.from(data, (sum) => sum / this.count) },
      ]),
    );
  }
}

/**
 * The training loss of a study's network on the first training images, in single precision; freed with the study.
 * @param images at most; in batches as large as those of its training, or one batch where there are fewer.
 * @throws EngineError `too-large`, `out-of-memory`, `shader`.
 */
export async function batchLossOf(context: StudyContext, images: number): Promise<BatchLoss> {
  const { device, data } = context;
  const { config, kernelChoices, trainingBatchSize } = context.subject;
  const batch = context.own(
    device.createBatch({
      batchSize: Math.min(trainingBatchSize, images),
      inputSize: config.model.inputSize,
      normalization: normalizationOf(config.data),
    }),
  );
  const load = gatherFrom(data, 'train', 0);
  return context.own(await BatchLoss.open(device, config, kernelChoices, batch, load));
}
