/**
 * The static plan: everything a network will ever dispatch and allocate, found before the GPU is asked for a byte.
 * Training: forward, loss, backward, SGD, norms. Evaluation: forward by running statistics, loss and hits.
 */
import type { LayerGraph, NodeId } from '../../model/graph.ts';
import type { NetworkOptions, PlanSummary } from '../api.ts';
import { batchNormEvaluation } from '../webgpu/kernels/batchNormEvaluation/batchNormEvaluation.ts';
import { CHUNK_WORDS } from '../webgpu/kernels/chunks.ts';
import {
  softmaxCrossEntropy,
  softmaxCrossEntropyEvaluation,
} from '../webgpu/kernels/softmaxCrossEntropy/softmaxCrossEntropy.ts';
import { STEP_BYTES } from '../webgpu/kernels/step.ts';
import { SINGLE } from '../webgpu/kernels/storage.ts';
import { PIECE_WORDS } from '../webgpu/kernels/sumPartials/pieces.ts';
import type { TileChoices, TunableUse } from '../webgpu/kernels/tunable.ts';
import { Backward } from './backward.ts';
import { STEP_BINDING } from './bindings.ts';
import {
  assignSlots,
  type Binding,
  type ResidentName,
  type SlotAssignment,
  type Transient,
} from './buffers.ts';
import { formatsOf, type Precision } from './formats.ts';
import { lowerForward } from './forward.ts';
import { GradientSums } from './gradientSums.ts';
import { Gradients } from './gradients.ts';
import { layoutOf, type StateLayout } from './layout.ts';
import { floats, Lowering, type PlannedDispatch } from './lowering.ts';
import { METRICS_HEAD, type MetricsColumns, metricsColumns } from './metricsRow.ts';
import { type OperationGrouping, operationsOf } from './operations.ts';
import { lowerDeviations, lowerMoments, type ResponseTable, responseTable } from './responses.ts';
import { splitBatch } from './splitBatch.ts';
import { lowerAddition, lowerUpdate, type UpdateTables, updateTables } from './update.ts';
import { DefUse } from './defUse.ts';

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

/** Dispatches `first` … `end` - 1 of a plan. */
export interface DispatchRange {
  readonly first: number;
  readonly end: number;
}

/** A part of the batch, and what its pass does: forward, loss, backward; in the last one the update too. */
export interface MicroBatch {
  /** Place of its first image in the batch. */
  readonly firstImage: number;
  readonly images: number;
  readonly ranges: readonly DispatchRange[];
}

export interface PlanTables extends UpdateTables {
  /** As `packPieces` writes it, one pass's after the other's. */
  readonly pieces: Uint32Array<ArrayBuffer>;
  /** Of `ResponseTable`. */
  readonly layers: Uint32Array<ArrayBuffer>;
}

export interface NetworkPlan extends PlanBase {
  readonly tables: PlanTables;
  readonly columns: MetricsColumns;
  /** In order; one that is the whole batch unless that did not fit. */
  readonly microBatches: readonly MicroBatch[];
}

export interface EvaluationPlan extends PlanBase {
  /** [classes, N]; its slot is read after the pass. */
  readonly logits: Binding;
  /** What each layer puts out, [C,H,W,N], as far as it is in memory. Only of a `separate` plan all of them are still there after the pass. */
  readonly values: ReadonlyMap<NodeId, Binding>;
}

export interface EvaluationPlanOptions extends Pick<NetworkOptions, 'tiles' | 'traits'> {
  /** Of the training whose network is evaluated; left out: single. */
  readonly precision?: Precision;
  /** `separate` computes and keeps every layer's output; memory then grows with the network's depth. */
  readonly grouping?: OperationGrouping;
}

/**
 * Plans a network's training step. Pure.
 * @throws EngineError `unsupported` for half precision on an adapter without.
 */
export function planNetwork(options: NetworkOptions): NetworkPlan {
  const { graph, training } = options;
  const { batchSize, microBatchSize = 'auto', optimizer } = training;
  const layout = layoutOf(graph);
  const columns = metricsColumns(graph);
  const metricsFloats = RING_STEPS * columns.row;
  const responses = responseTable(graph, layout);
  const sizes = splitBatch(batchSize, microBatchSize === 'auto' ? batchSize : microBatchSize);
  const isSplit = sizes.length > 1;

  // The last micro-batch may be smaller than the others: kernels and splits of its own, in the same memory.
  const passes: LoweredPass[] = [];
  for (const images of new Set(sizes)) {
    const firstRow = passes.reduce((sum, { pieces }) => sum + pieces.length, 0) / PIECE_WORDS;
    passes.push(lowerPass(options, layout, responses, images, firstRow));
  }
  const update = updateTables(layout, columns);

  const dispatches: PlannedDispatch[] = [];
  const addRange = (added: readonly PlannedDispatch[]): DispatchRange => {
    const first = dispatches.length;
    dispatches.push(...added);
    return { first, end: dispatches.length };
  };
  const passRanges = new Map(
    passes.map(({ lowering }) => [lowering.batch, addRange(lowering.dispatches)]),
  );
  const emitted = (emit: (lowering: Lowering) => void): DispatchRange => {
    const lowering = new Lowering(graph, layout, batchSize);
    emit(lowering);
    return addRange(lowering.dispatches);
  };
  const additions = isSplit
    ? [true, false].map((first) => emitted((lowering) => lowerAddition(lowering, update, first)))
    : [];
  const end = emitted((lowering) => {
    const gradients = isSplit ? 'gradientSums' : 'gradients';
    lowerUpdate(lowering, update, gradients, columns, metricsFloats, optimizer);
  });
  const microBatches = sizes.map((images, i) => ({
    firstImage: i * (sizes[0] ?? 0),
    images,
    ranges: [
      passRanges.get(images),
      additions[i === 0 ? 0 : 1],
      i === sizes.length - 1 ? end : undefined,
    ].filter((range) => range !== undefined),
  }));

  const pieces = Uint32Array.from(passes.flatMap((pass) => [...pass.pieces]));
  const residentFloats: [ResidentName, number][] = [
    ['weights', layout.parameterFloats],
    ['momentum', layout.parameterFloats],
    ['gradients', layout.parameterFloats],
    ['running', layout.statisticFloats],
    ['statistics', layout.statisticFloats],
    ['partials', Math.max(...passes.map(({ sums }) => sums.partialFloats))],
    ['pieceTable', pieces.length],
    ['chunkTable', update.chunks.length],
    ['segmentTable', update.segments.length],
    ['squares', (4 * update.chunks.length) / CHUNK_WORDS],
    ['layerTable', responses.layers.length],
    ['moments', responses.momentFloats],
    ['metrics', metricsFloats],
  ];
  if (isSplit) {
    residentFloats.push(['gradientSums', layout.parameterFloats]);
    residentFloats.push(['stepList', (sizes.length * STEP_BYTES) / 4]);
  }
  const stagingBytes = 2 * 4 * metricsFloats;
  const tunables = passes.flatMap(({ lowering }) => lowering.tunables);
  const base = finish(
    graph,
    layout,
    batchSize,
    { dispatches, tunables },
    residentFloats,
    stagingBytes,
  );
  const dispatchesPerStep = microBatches
    .flatMap(({ ranges }) => ranges)
    .reduce((sum, { first, end }) => sum + end - first, 0);
  const summary = { ...base.summary, dispatchesPerStep, microBatchSize: sizes[0] ?? batchSize };
  const tables = { ...update, pieces, layers: responses.layers };
  return { ...base, summary, metricsRow: columns.row, columns, tables, microBatches };
}

interface LoweredPass {
  readonly lowering: Lowering;
  readonly sums: GradientSums;
  /** The finished table of `sums`. */
  readonly pieces: Uint32Array<ArrayBuffer>;
}

/** Forward, loss and backward of `images` images; their gradients are left in `gradients`. */
function lowerPass(
  { graph, training, tiles, traits }: NetworkOptions,
  layout: StateLayout,
  responses: ResponseTable,
  images: number,
  firstRow: number,
): LoweredPass {
  const operations = operationsOf(graph);
  const lowering = new Lowering(
    graph,
    layout,
    images,
    traits,
    tiles,
    new DefUse(operations),
    formatsOf(graph, training.precision ?? 'single', training.batchSize, traits),
  );
  const metricsRow = metricsColumns(graph).row;
  const metricsFloats = RING_STEPS * metricsRow;
  for (const operation of operations) {
    lowerForward(lowering, operation, 'training');
    lowerMoments(lowering, responses, operation.output);
  }
  lowerDeviations(lowering, responses, metricsRow, metricsFloats);

  const gradients = new Gradients();
  const logits = lowering.value(graph.output);
  const logitsGradient = lowering.transient('logits gradient', outputShape(graph), SINGLE);
  gradients.set(graph.output, logitsGradient);
  const { labelSmoothing } = training;
  const loss = softmaxCrossEntropy(
    { batch: images, classes: classesOf(graph), labelSmoothing, metricsRow },
    {
      logits,
      labels: floats('labels', 0, images),
      logitsGradient,
      metrics: floats('metrics', 0, metricsFloats),
      step: STEP_BINDING,
    },
  );
  lowering.emit('loss', 'loss', loss);

  const sums = new GradientSums(lowering, firstRow);
  const backward = new Backward(lowering, gradients, sums, inputsOf(graph));
  for (const operation of operations.toReversed()) backward.lower(operation);
  return { lowering, sums, pieces: sums.finish() };
}

/**
 * Plans the evaluation of a batch of any size with the weights of a training plan's network. Pure.
 * @throws EngineError as `planNetwork` does.
 */
export function planEvaluation(
  graph: LayerGraph,
  batchSize: number,
  { tiles, traits, precision = 'single', grouping = 'fused' }: EvaluationPlanOptions = {},
): EvaluationPlan {
  const layout = layoutOf(graph);
  const operations = operationsOf(graph, grouping);
  const uses = new DefUse(grouping === 'fused' ? operations : []);
  const formatOf = formatsOf(graph, precision, null, traits);
  const lowering = new Lowering(graph, layout, batchSize, traits, tiles, uses, formatOf);
  if (layout.statisticFloats > 0) {
    const running = floats('running', 0, layout.statisticFloats);
    const statistics = floats('statistics', 0, layout.statisticFloats);
    const channels = layout.statisticFloats / 2;
    const prepare = batchNormEvaluation({ channels }, { running, statistics });
    lowering.emit('forward', 'running statistics', prepare);
  }
  for (const operation of operations) lowerForward(lowering, operation, 'evaluation');
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
  const { values } = lowering;
  const read = grouping === 'separate' ? [...values.values()] : [logits];
  const pinned = read.flatMap(({ buffer }) => (typeof buffer === 'string' ? [] : [buffer]));
  const stagingBytes = 4 * metricsFloats + EVALUATION_ROWS * logits.size;
  const base = finish(
    graph,
    layout,
    batchSize,
    lowering,
    residentFloats,
    stagingBytes,
    new Set(pinned),
  );
  return { ...base, metricsRow, logits, values };
}

function finish(
  graph: LayerGraph,
  layout: StateLayout,
  batchSize: number,
  { dispatches, tunables }: Pick<Lowering, 'dispatches' | 'tunables'>,
  residentFloats: readonly [ResidentName, number][],
  stagingBytes: number,
  pinned?: ReadonlySet<Transient>,
): Omit<PlanBase, 'metricsRow'> {
  const slots = assignSlots(
    dispatches.map(({ call }) => call.bindings),
    pinned,
  );
  const residentBytes = new Map<ResidentName, number>([['step', STEP_BYTES]]);
  // A buffer may not be empty: without BatchNorm there are no statistics, but the buffer stays.
  for (const [name, count] of residentFloats) residentBytes.set(name, 4 * Math.max(64, count));
  const sizes = [...residentBytes.values(), ...slots.slotBytes];
  const summary: PlanSummary = {
    microBatchSize: batchSize,
    gpuBytes: sizes.reduce((sum, bytes) => sum + bytes, stagingBytes),
    dispatchesPerStep: dispatches.length,
    largestBufferBytes: Math.max(...sizes),
  };
  const tiles = Object.fromEntries(tunables.map(({ id, chosen }) => [id, chosen]));
  const memory = { layout, slots, residentBytes };
  return { graph, batchSize, ...memory, dispatches, summary, tunables, tiles };
}

const inputsOf = (graph: LayerGraph): ReadonlySet<NodeId> =>
  new Set(graph.nodes.filter(({ kind }) => kind === 'input').map(({ id }) => id));

function outputShape(graph: LayerGraph) {
  const node = graph.nodes[graph.output];
  if (node === undefined) throw new Error('layer graph has no output node');
  return node.shape;
}

const classesOf = (graph: LayerGraph): number => outputShape(graph).channels;
