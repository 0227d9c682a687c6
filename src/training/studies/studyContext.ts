/** What one study works with: its subject, the images, and what it allocates on the device, all freed at the end. */
import { normalizationOf } from '../../data/normalization.ts';
import type { Split } from '../../data/types.ts';
import type { EngineBatch, EngineDevice, EngineProbe } from '../../engine/api.ts';
import type { LayerGraph } from '../../model/graph.ts';
import { gatherFrom, ROUND_MS } from '../evaluation.ts';
import type { TrainingData } from '../trainingData.ts';
import type { Score } from './study.ts';
import type { Subject } from './subject.ts';

export class StudyContext {
  private readonly owned = new Set<{ destroy(): void }>();
  private sharedBatch: EngineBatch | null = null;
  private roundStartMs = performance.now();
  /** Milliseconds per image in the last evaluation, which tell how many images fit into a round. */
  private imageMs: number | null = null;

  constructor(
    readonly device: EngineDevice,
    readonly subject: Subject,
    readonly data: TrainingData,
    /** The second network of a study of two. */
    readonly other: Subject | null = null,
  ) {}

  /** Whether the round has used up its time and must yield. */
  isDue(): boolean {
    return performance.now() - this.roundStartMs >= ROUND_MS;
  }

  /** Called by whoever runs the study, before each round. */
  beginRound(): void {
    this.roundStartMs = performance.now();
  }

  /** Images of a split, at most `wanted`. */
  images(split: Split, wanted: number): number {
    return Math.min(wanted, this.data.info?.[split] ?? 0);
  }

  /** Refilled for each evaluation, so one is enough. */
  get batch(): EngineBatch {
    const { batchSize, config } = this.subject;
    this.sharedBatch ??= this.own(
      this.device.createBatch({
        batchSize,
        inputSize: config.model.inputSize,
        normalization: normalizationOf(config.data),
      }),
    );
    return this.sharedBatch;
  }

  /**
   * A copy of the subject's network, with its weights.
   * @param graph another graph with the same tensors, in place of its own.
   * @throws EngineError `too-large`, `out-of-memory`, `shader`, `state`.
   */
  async probe(graph: LayerGraph = this.subject.graph): Promise<EngineProbe> {
    const { kernelChoices, weights, config } = this.subject;
    const { precision } = config.training;
    const probe = this.own(
      await this.device.createProbe({ graph, kernelChoices, precision }, this.batch),
    );
    probe.load(weights);
    return probe;
  }

  /** Frees a probe before the study ends. */
  free(probe: EngineProbe): void {
    this.owned.delete(probe);
    probe.destroy();
  }

  /**
   * Mean loss and accuracy over the first `images` images of a split, by running statistics, as a run is tested. Yields
   * the number of images done whenever the round has taken its time; not at the end, where there is a result to tell.
   */
  async *score(
    probe: EngineProbe,
    split: Split,
    images: number,
  ): AsyncGenerator<number, Score, void> {
    const { batchSize } = this.subject;
    let done = 0;
    let loss = 0;
    let hits = 0;
    while (done < images) {
      const startMs = performance.now();
      const leftMs = ROUND_MS - (startMs - this.roundStartMs);
      const fitting = this.imageMs === null ? 1 : leftMs / this.imageMs / batchSize;
      const wanted = batchSize * Math.max(1, Math.floor(fitting));
      const count = Math.min(wanted, images - done);
      const part = await probe.evaluate(count, gatherFrom(this.data, split, done));
      loss += part.lossSum;
      hits += Math.round(part.accuracy * count);
      done += count;
      this.imageMs = (performance.now() - startMs) / count;
      if (done < images && this.isDue()) yield done;
    }
    return { loss: loss / images, accuracy: hits / images };
  }

  /** Frees all that the study took. */
  destroy(): void {
    for (const resource of this.owned) resource.destroy();
    this.owned.clear();
  }

  /** The device is gone, and with it what lay there. */
  abandon(): void {
    this.owned.clear();
  }

  /** Frees it with the rest, at the latest. */
  own<T extends { destroy(): void }>(resource: T): T {
    this.owned.add(resource);
    return resource;
  }
}
