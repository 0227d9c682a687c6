/** Evaluates a network: running statistics, no dropout, the training network's own weights or their average. */
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import type {
  EngineEvaluator,
  EngineProbe,
  Evaluation,
  EvaluationOptions,
  LoadImages,
} from '../api.ts';
import type { TfjsBatch } from './batch.ts';
import type { TfjsNetwork } from './network.ts';

export class TfjsEvaluator implements EngineEvaluator {
  constructor(
    private readonly network: TfjsNetwork,
    private readonly batch: TfjsBatch,
  ) {}

  async evaluate(
    total: number,
    load: LoadImages,
    { logits: wantsLogits = false, signal }: EvaluationOptions = {},
  ): Promise<Evaluation> {
    const { batchSize } = this.batch.shape;
    const { classes } = this.network.graph.model;
    const logits = new Float32Array(total * classes);
    const labels = new Int32Array(total);
    for (let start = 0; start < total; start += batchSize) {
      signal?.throwIfAborted();
      const rows = Math.min(batchSize, total - start);
      const gather = load(start, rows);
      if (gather !== undefined) this.batch.gather(gather);
      const tensors = this.batch.tensors;
      const output = this.network.evaluate(tensors.images);
      const values = await output.data<'float32'>();
      output.dispose();
      logits.set(values.subarray(0, rows * classes), start * classes);
      labels.set((await tensors.labels.data<'int32'>()).subarray(0, rows), start);
    }
    return { ...score(logits, labels, classes), logits: wantsLogits ? logits : null };
  }

  destroy(): void {}
}

/** A network that is only evaluated. */
export class TfjsProbe extends TfjsEvaluator implements EngineProbe {
  readonly graph: LayerGraph;

  constructor(
    private readonly own: TfjsNetwork,
    batch: TfjsBatch,
  ) {
    super(own, batch);
    this.graph = own.graph;
  }

  load(weights: StateDict): void {
    this.own.load({ weights });
  }

  override destroy(): void {
    this.own.destroy();
  }
}

/** Mean cross-entropy and share of hits of logits [images, classes]. */
function score(
  logits: Float32Array,
  labels: Int32Array,
  classes: number,
): Omit<Evaluation, 'logits'> {
  let loss = 0;
  let hits = 0;
  for (const [n, label] of labels.entries()) {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    const largest = Math.max(...row);
    const total = row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    loss += Math.log(total) + largest - (row[label] ?? Number.NaN);
    if (row.indexOf(largest) === label) hits++;
  }
  return { loss: loss / labels.length, lossSum: loss, accuracy: hits / labels.length };
}
