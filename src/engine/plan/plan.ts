/**
 * The static plan: everything a network will ever dispatch and allocate, found before the GPU is asked for a byte.
 * Training: forward, loss, backward, gradient norms, SGD. Evaluation: forward by running statistics, loss and hits.
 */
import type { LayerGraph, NodeId } from '../../model/graph.ts';
import type { NetworkOptions, PlanSummary } from '../api.ts';
import { batchNormEvaluation } from '../kernels/batchNormEvaluation/batchNormEvaluation.ts';
import { CHUNK_WORDS } from '../kernels/chunks.ts';
import {
  softmaxCrossEntropy,
  softmaxCrossEntropyEvaluation,
} from '../kernels/softmaxCrossEntropy/softmaxCrossEntropy.ts';
import { STEP_BYTES } from '../kernels/step.ts';
import type { TileChoices, TunableUse } from '../kernels/tunable.ts';
import { Backward } from './backward.ts';
import { STEP_BINDING } from './bindings.ts';
import {
  assignSlots,
  type Binding,
  type ResidentName,
  type SlotAssignment,
  type Transient,
} from './buffers.ts';
import { lowerForward } from './forward.ts';
import { GradientSums } from './gradientSums.ts';
import { Gradients } from './gradients.ts';
import { layoutOf, type StateLayout } from './layout.ts';
import { floats, Lowering, type PlannedDispatch } from './lowering.ts';
import { operationsOf } from './operations.ts';
import { lowerUpdate, METRICS_HEAD, type UpdateTables } from './update.ts';

/** Rows of the metrics ring: steps that may pass between two readbacks. */
export const RING_STEPS = 64;
/** Batches whose sums an evaluation keeps on the GPU before it reads them back. */
export const EVALUATION_ROWS = 64;

interface PlanBase {
  readonly graph: LayerGraph;
  readonly batchSize: number;
  readonly layout: StateLayout;
  readonly dispatches: readonly PlannedDispatch[];
  readonly slots: SlotAssignment;
  /** Bytes of each resident buffer this plan brings along; `images` and `labels` belong to the batch. */
  readonly residentBytes: ReadonlyMap<ResidentName, number>;
  /** Floats of one row of `metrics`. */
  readonly metricsRow: number;
  readonly summary: PlanSummary;
  /** What the tuner can do in other ways, one entry a use. */
  readonly tunables: readonly TunableUse[];
  /** How this plan does each of them. */
  readonly tiles: TileChoices;
}

export interface NetworkPlan extends PlanBase {
  readonly tables: UpdateTables;
}

export interface EvaluationPlan extends PlanBase {
  /** [classes, N]; its slot is read after the pass. */
  readonly logits: Binding;
}

/** Plans a network's training step. Pure. */
export function planNetwork({ graph, training, tiles }: NetworkOptions): NetworkPlan {
  const batchSize = training.batchSize;
  const layout = layoutOf(graph);
  const lowering = new Lowering(graph, layout, batchSize, tiles);
  const operations = operationsOf(graph);
  const metricsRow = METRICS_HEAD + graph.parameters.length;
  const metricsFloats = RING_STEPS * metricsRow;

  for (const operation of operations) lowerForward(lowering, operation, 'training');

  const gradients = new Gradients();
  const logits = lowering.value(graph.output);
  const classes = classesOf(graph);
  const logitsGradient = lowering.transient('logits gradient', outputShape(graph));
  gradients.set(graph.output, logitsGradient);
  const loss = softmaxCrossEntropy(
    { batch: batchSize, classes, labelSmoothing: training.labelSmoothing, metricsRow },
    {
      logits,
      labels: floats('labels', 0, batchSize),
      logitsGradient,
      metrics: floats('metrics', 0, metricsFloats),
      step: STEP_BINDING,
    },
  );
  lowering.emit('loss', 'loss', loss);

  const sums = new GradientSums(lowering);
  const backward = new Backward(lowering, gradients, sums, inputsOf(graph));
  for (const operation of operations.toReversed()) backward.lower(operation);

  const tables = lowerUpdate(lowering, sums, metricsRow, metricsFloats, training.optimizer);

  const { chunks, segments } = tables;
  const residentFloats: [ResidentName, number][] = [
    ['weights', layout.parameterFloats],
    ['momentum', layout.parameterFloats],
    ['gradients', layout.parameterFloats],
    ['running', layout.statisticFloats],
    ['statistics', layout.statisticFloats],
    ['partials', sums.partialFloats],
    ['chunkTable', chunks.length],
    ['segmentTable', segments.length],
    ['chunkSquares', chunks.length / CHUNK_WORDS],
    ['metrics', metricsFloats],
  ];
  const stagingBytes = 2 * 4 * metricsFloats;
  return { ...finish(graph, lowering, residentFloats, stagingBytes), metricsRow, tables };
}

/** Plans the evaluation of a batch of any size with the weights of a training plan's network. Pure. */
export function planEvaluation(
  graph: LayerGraph,
  batchSize: number,
  tiles?: TileChoices,
): EvaluationPlan {
  const layout = layoutOf(graph);
  const lowering = new Lowering(graph, layout, batchSize, tiles);
  if (layout.statisticFloats > 0) {
    const running = floats('running', 0, layout.statisticFloats);
    const statistics = floats('statistics', 0, layout.statisticFloats);
    const channels = layout.statisticFloats / 2;
    const prepare = batchNormEvaluation({ channels }, { running, statistics });
    lowering.emit('forward', 'running statistics', prepare);
  }
  for (const operation of operationsOf(graph)) lowerForward(lowering, operation, 'evaluation');
  const logits = lowering.value(graph.output);
  const metricsRow = METRICS_HEAD;
  const metricsFloats = EVALUATION_ROWS * metricsRow;
  const loss = softmaxCrossEntropyEvaluation(
    { batch: batchSize, classes: classesOf(graph), metricsRow },
    {
      logits,
      labels: floats('labels', 0, batchSize),
      metrics: floats('metrics', 0, metricsFloats),
      step: STEP_BINDING,
    },
  );
  lowering.emit('loss', 'loss', loss);
  const residentFloats: [ResidentName, number][] = [
    ['statistics', layout.statisticFloats],
    ['metrics', metricsFloats],
  ];
  const pinned = typeof logits.buffer === 'string' ? [] : [logits.buffer];
  const stagingBytes = 4 * metricsFloats + EVALUATION_ROWS * logits.size;
  const base = finish(graph, lowering, residentFloats, stagingBytes, new Set(pinned));
  return { ...base, metricsRow, logits };
}

function finish(
  graph: LayerGraph,
  lowering: Lowering,
  residentFloats: readonly [ResidentName, number][],
  stagingBytes: number,
  pinned?: ReadonlySet<Transient>,
): Omit<PlanBase, 'metricsRow'> {
  const { dispatches, layout, batch, tunables } = lowering;
  const slots = assignSlots(
    dispatches.map(({ call }) => call.bindings),
    pinned,
  );
  const residentBytes = new Map<ResidentName, number>([['step', STEP_BYTES]]);
  // A buffer may not be empty: without BatchNorm there are no statistics, but the buffer stays.
  for (const [name, count] of residentFloats) residentBytes.set(name, 4 * Math.max(64, count));
  const sizes = [...residentBytes.values(), ...slots.slotBytes];
  const summary: PlanSummary = {
    gpuBytes: sizes.reduce((sum, bytes) => sum + bytes, stagingBytes),
    dispatchesPerStep: dispatches.length,
    largestBufferBytes: Math.max(...sizes),
  };
  const tiles = Object.fromEntries(tunables.map(({ id, chosen }) => [id, chosen]));
  const memory = { layout, slots, residentBytes };
  return { graph, batchSize: batch, ...memory, dispatches, summary, tunables, tiles };
}

const inputsOf = (graph: LayerGraph): ReadonlySet<NodeId> =>
  new Set(graph.nodes.filter(({ kind }) => kind === 'input').map(({ id }) => id));

function outputShape(graph: LayerGraph) {
  const node = graph.nodes[graph.output];
  if (node === undefined) throw new Error('layer graph has no output node');
  return node.shape;
}

const classesOf = (graph: LayerGraph): number => outputShape(graph).channels;
