/**
 * A plan as WebGPU runs it: every dispatch of a network's training step or evaluation and all the memory they need, known
 * before anything is allocated. Pure.
 */
import type { LayerGraph, NodeId } from '../../../model/graph.ts';
import { momentsOf } from '../../../model/optimizer.ts';
import type { KernelChoices, NetworkOptions } from '../../api.ts';
import {
  assignSlots,
  type Binding,
  type ResidentName,
  type SlotAssignment,
  type Transient,
} from '../../plan/buffers.ts';
import { CHUNK_WORDS } from '../../plan/chunks.ts';
import type { StateLayout } from '../../plan/layout.ts';
import { METRICS_HEAD, type MetricsColumns, RING_STEPS } from '../../plan/metricsRow.ts';
import {
  type EvaluationOptions,
  planEvaluation,
  planTraining,
  type StepList,
} from '../../plan/plan.ts';
import { STEP_BYTES } from '../kernels/step.ts';
import { PIECE_WORDS } from '../kernels/sumPartials/pieces.ts';
import type { AdapterTraits } from '../kernels/traits.ts';
import type { TunableUse } from '../kernels/tunable.ts';
import { Lowering, type LoweringOptions, type PlannedDispatch } from './lowering.ts';
import { responseTable } from './responses.ts';
import { lowerStep, type StepContext } from './steps.ts';
import { type UpdateTables, updateTables } from './update.ts';

/** Batches whose sums an evaluation keeps on the GPU before it reads them back. */
export const EVALUATION_ROWS = 64;

/** Known before anything is allocated. */
export interface ProgramSummary {
  /** Images that go through the network at a time; the batch's size unless it is split. */
  readonly microBatchSize: number;
  readonly gpuBytes: number;
  readonly dispatchesPerStep: number;
  /** The largest single buffer, to compare with `maxStorageBufferBindingSize`. */
  readonly largestBufferBytes: number;
}

interface ProgramBase {
  readonly graph: LayerGraph;
  readonly batchSize: number;
  readonly layout: StateLayout;
  readonly dispatches: readonly PlannedDispatch[];
  readonly slots: SlotAssignment;
  /** Bytes of each resident buffer this program brings along; `images` and `labels` belong to the batch. */
  readonly residentBytes: ReadonlyMap<ResidentName, number>;
  /** Floats of one row of `metrics`. */
  readonly metricsRow: number;
  readonly summary: ProgramSummary;
  /** What the tuner can do in other ways, one entry a use. */
  readonly tunables: readonly TunableUse[];
  /** How this program does each of them. */
  readonly kernelChoices: KernelChoices;
}

/** Dispatches `first` … `end` - 1 of a program. */
interface DispatchRange {
  readonly first: number;
  readonly end: number;
}

/** A part of the batch, and what its pass does: forward, loss, backward; in the last one the update too. */
interface MicroBatchRanges {
  /** Place of its first image in the batch. */
  readonly firstImage: number;
  readonly images: number;
  readonly ranges: readonly DispatchRange[];
}

interface ProgramTables extends UpdateTables {
  /** As `packPieces` writes it, one list's after the other's. */
  readonly pieces: Uint32Array<ArrayBuffer>;
  /** Of `ResponseTable`. */
  readonly layers: Uint32Array<ArrayBuffer>;
}

export interface TrainingProgram extends ProgramBase {
  readonly tables: ProgramTables;
  readonly columns: MetricsColumns;
  /** In order; one that is the whole batch unless that did not fit. */
  readonly microBatches: readonly MicroBatchRanges[];
}

export interface EvaluationProgram extends ProgramBase {
  /** [classes, N]; its slot is read after the pass. */
  readonly logits: Binding;
  /** Each layer's output, [C,H,W,N], if it is in memory. Only those of a `separate` plan are all still there after the pass. */
  readonly values: ReadonlyMap<NodeId, Binding>;
}

/** Which kernels do the work: as chosen, else the defaults for such an adapter. */
interface KernelOptions {
  readonly kernelChoices?: KernelChoices;
  readonly traits?: AdapterTraits;
}

export type TrainingOptions = NetworkOptions & KernelOptions;

/**
 * A network's training step.
 * @throws EngineError `unsupported` for half precision on an adapter without.
 */
export function lowerTraining({
  kernelChoices,
  traits,
  ...options
}: TrainingOptions): TrainingProgram {
  const plan = planTraining(options);
  const { graph, batchSize, layout, images, columns } = plan;
  const metricsRow = columns.row;
  const metricsFloats = RING_STEPS * metricsRow;
  const responses = responseTable(graph, layout);
  const update = updateTables(plan.moving, columns);
  const context = { metricsRow, metricsFloats, tables: { responses, update, columns } };

  const lowered = new Map<StepList, LoweredList>();
  let pieceRows = 0;
  for (const list of new Set(plan.microBatches.flatMap(({ lists }) => lists))) {
    const how = { layout, images, kernelChoices, traits, firstPieceRow: pieceRows };
    const made = lowerList(list, how, context);
    lowered.set(list, made);
    pieceRows += made.pieces.length / PIECE_WORDS;
  }
  const dispatches: PlannedDispatch[] = [];
  const rangeOf = new Map<StepList, DispatchRange>();
  for (const [list, { lowering }] of lowered) {
    const first = dispatches.length;
    dispatches.push(...lowering.dispatches);
    rangeOf.set(list, { first, end: dispatches.length });
  }
  const microBatches = plan.microBatches.map(({ lists, ...part }) => ({
    ...part,
    ranges: lists.flatMap((list) => rangeOf.get(list) ?? []),
  }));

  const made = [...lowered.values()];
  const pieces = Uint32Array.from(made.flatMap((list) => [...list.pieces]));
  const residentFloats: [ResidentName, number][] = [
    ['weights', layout.parameterFloats],
    ['gradients', layout.parameterFloats],
    ['running', layout.statisticFloats],
    ['statistics', layout.statisticFloats],
    ['partials', Math.max(...made.map(({ lowering }) => lowering.gradientSums.partialFloats))],
    ['pieceTable', pieces.length],
    ['chunkTable', update.chunks.length],
    ['segmentTable', update.segments.length],
    ['squares', (4 * update.chunks.length) / CHUNK_WORDS],
    ['layerTable', responses.layers.length],
    ['moments', responses.momentFloats],
    ['metrics', metricsFloats],
  ];
  for (const name of momentsOf(options.training.optimizer)) {
    residentFloats.push([name, layout.parameterFloats]);
  }
  if (options.training.optimizer.type === 'muon') {
    residentFloats.push(['filterStrips', update.strips.table.length]);
    for (const name of ['directions', 'nextDirections'] as const) {
      residentFloats.push([name, layout.parameterFloats]);
    }
    for (const name of ['grams', 'polynomials'] as const) {
      residentFloats.push([name, update.strips.gramFloats]);
    }
  }
  if (options.training.averageDecay !== undefined) {
    residentFloats.push(['average', layout.parameterFloats]);
    residentFloats.push(['averageRunning', layout.statisticFloats]);
  }
  if (microBatches.length > 1) {
    residentFloats.push(['gradientSums', layout.parameterFloats]);
    residentFloats.push(['stepList', (microBatches.length * STEP_BYTES) / 4]);
  }
  const tunables = made.flatMap(({ lowering }) => lowering.tunables);
  const base = programOf(plan, { dispatches, tunables }, residentFloats, 2 * 4 * metricsFloats);
  const summary = {
    ...base.summary,
    microBatchSize: microBatches[0]?.images ?? batchSize,
    dispatchesPerStep: microBatches
      .flatMap(({ ranges }) => ranges)
      .reduce((sum, { first, end }) => sum + end - first, 0),
  };
  const tables = { ...update, pieces, layers: responses.layers };
  return { ...base, summary, metricsRow, columns, microBatches, tables };
}

/**
 * The evaluation of a batch of any size with the weights of a training program's network.
 * @throws EngineError as `lowerTraining` does.
 */
export function lowerEvaluation(
  graph: LayerGraph,
  batchSize: number,
  { kernelChoices, traits, ...options }: EvaluationOptions & KernelOptions = {},
): EvaluationProgram {
  const plan = planEvaluation(graph, batchSize, options);
  const { layout, images } = plan;
  const metricsRow = METRICS_HEAD;
  const metricsFloats = EVALUATION_ROWS * metricsRow;
  const context = { metricsRow, metricsFloats, tables: null };
  const { lowering } = lowerList(plan.list, { layout, images, kernelChoices, traits }, context);
  const residentFloats: [ResidentName, number][] = [
    ['statistics', layout.statisticFloats],
    ['metrics', metricsFloats],
  ];
  const isInMemory = (tensor: (typeof plan)['logits']) => !lowering.loaded.has(tensor);
  const values = new Map(
    [...plan.values].flatMap(([id, tensor]) =>
      isInMemory(tensor) ? [[id, lowering.tensor(tensor)] as const] : [],
    ),
  );
  const logits = lowering.tensor(plan.logits);
  const results = [...plan.results].map((tensor) => lowering.tensor(tensor).buffer);
  const pinned = new Set(results.filter((buffer) => typeof buffer !== 'string'));
  const stagingBytes = 4 * metricsFloats + EVALUATION_ROWS * logits.size;
  const base = programOf(plan, lowering, residentFloats, stagingBytes, pinned);
  return { ...base, metricsRow, logits, values };
}

interface LoweredList {
  readonly lowering: Lowering;
  /** The finished table of its gradient sums. */
  readonly pieces: Uint32Array<ArrayBuffer>;
}

function lowerList(
  { images, steps }: StepList,
  options: Omit<LoweringOptions, 'batch'>,
  context: StepContext,
): LoweredList {
  const lowering = new Lowering({ ...options, batch: images });
  for (const step of steps) lowerStep(lowering, step, context);
  return { lowering, pieces: lowering.gradientSums.finish() };
}

/** A program whose dispatches each run once. @param stagingBytes of the buffers that readbacks go through. */
function programOf(
  { graph, batchSize, layout }: Pick<ProgramBase, 'graph' | 'batchSize' | 'layout'>,
  { dispatches, tunables }: Pick<ProgramBase, 'dispatches' | 'tunables'>,
  residentFloats: readonly [ResidentName, number][],
  stagingBytes: number,
  pinned?: ReadonlySet<Transient>,
): Omit<ProgramBase, 'metricsRow'> {
  const slots = assignSlots(
    dispatches.map(({ call }) => call.bindings),
    pinned,
  );
  const residentBytes = new Map<ResidentName, number>([['step', STEP_BYTES]]);
  // A buffer may not be empty: without BatchNorm there are no statistics, but the buffer stays.
  for (const [name, count] of residentFloats) residentBytes.set(name, 4 * Math.max(64, count));
  const sizes = [...residentBytes.values(), ...slots.slotBytes];
  const summary = {
    microBatchSize: batchSize,
    gpuBytes: sizes.reduce((sum, bytes) => sum + bytes, stagingBytes),
    dispatchesPerStep: dispatches.length,
    largestBufferBytes: Math.max(...sizes),
  };
  const kernelChoices = Object.fromEntries(tunables.map(({ id, chosen }) => [id, chosen]));
  const memory = { layout, slots, residentBytes };
  return { graph, batchSize, ...memory, dispatches, summary, tunables, kernelChoices };
}
