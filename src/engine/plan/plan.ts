/**
 * The static plan: every step of a network's training or evaluation, known before anything is allocated. It knows no
 * kernel and no device; an executor (`webgpu/lowering/`) turns its steps into calls of kernels and finds memory for its
 * tensors.
 *
 * In order of reading: `grouping.ts` makes operations of the layer graph's nodes. `pass.ts` runs over them forward and
 * backward; `operations/` says for each operation which steps that takes. `steps.ts` lists the steps there are.
 * `layout.ts` says where parameters and statistics lie, `metricsRow.ts` what a step reports, `buffers.ts` how tensors
 * share memory by their lifetimes.
 *
 * Legend: N images of a pass; C channels, H × W pixels of a tensor; I input and O output channels of a convolution, O4
 * rounded up to a multiple of 4; γ, β a BatchNorm's weight and bias; `rstd` 1/√(variance + ε).
 */
import type { LayerGraph, NodeId } from '../../model/graph.ts';
import { isAdam } from '../../model/optimizer.ts';
import type { NetworkOptions } from '../api.ts';
import { type MovingParameter, movingParameters } from './chunks.ts';
import { formatsOf, type Precision } from './formats.ts';
import type { OperationGrouping } from './grouping.ts';
import { layoutOf, type StateLayout } from './layout.ts';
import { type MetricsColumns, metricsColumns } from './metricsRow.ts';
import { evaluationPass, type Pass, trainingPass } from './pass.ts';
import { splitBatch } from './splitBatch.ts';
import type { BatchTensor, PlanStep } from './steps.ts';

/** Steps to run in order. */
export interface StepList {
  /** N. */
  readonly images: number;
  readonly steps: readonly PlanStep[];
}

/** A part of the batch that goes through the network at a time: forward, loss, backward; in the last one the update too. */
export interface MicroBatch {
  /** Place of its first image in the batch. */
  readonly firstImage: number;
  readonly images: number;
  /** In order. Micro-batches that do the same have the same lists: an executor may prepare each list once. */
  readonly lists: readonly StepList[];
}

interface PlanBase {
  readonly graph: LayerGraph;
  readonly batchSize: number;
  readonly layout: StateLayout;
  /** The tensor that holds the images. */
  readonly images: BatchTensor;
}

export interface TrainingPlan extends PlanBase {
  readonly columns: MetricsColumns;
  readonly moving: readonly MovingParameter[];
  /** In order; a single one that is the whole batch, unless that did not fit. */
  readonly microBatches: readonly MicroBatch[];
}

export interface EvaluationPlan extends PlanBase {
  readonly list: StepList;
  /** [classes, N] */
  readonly logits: BatchTensor;
  /** What each layer puts out. */
  readonly values: ReadonlyMap<NodeId, BatchTensor>;
  /** Read from outside once all steps are done: the logits, or of a `separate` plan every value. */
  readonly results: ReadonlySet<BatchTensor>;
}

/** Plans a network's training step. */
export function planTraining({
  graph,
  training,
}: Pick<NetworkOptions, 'graph' | 'training'>): TrainingPlan {
  const { batchSize, microBatchSize = 'auto', optimizer, averageDecay } = training;
  const sizes = splitBatch(batchSize, microBatchSize === 'auto' ? batchSize : microBatchSize);
  const pass = trainingPass(
    graph,
    formatsOf(graph, training.precision ?? 'single', batchSize),
    training,
  );
  const isSplit = sizes.length > 1;
  // The last micro-batch may be smaller than the others.
  const passes = new Map([...new Set(sizes)].map((images) => [images, listOf(images, pass)]));
  const add = (isFirst: boolean) =>
    listOf(batchSize, { steps: [{ kind: 'addGradients', isFirst }] });
  const additions = isSplit ? { first: add(true), later: add(false) } : null;
  const gradients = isSplit ? 'gradientSums' : 'gradients';
  const others = optimizer.type === 'muon' ? (['muon', 'sgd'] as const) : (['sgd'] as const);
  const kinds = isAdam(optimizer) ? (['adam'] as const) : others;
  const update = listOf(batchSize, {
    steps: [
      ...kinds.map((kind) => ({ kind, optimizer, gradients }) as const),
      ...(averageDecay === undefined ? [] : [{ kind: 'average' } as const]),
      { kind: 'parameterNorms' },
    ],
  });
  const microBatches = sizes.map((images, i): MicroBatch => {
    const lists = [
      passes.get(images),
      i === 0 ? additions?.first : additions?.later,
      i === sizes.length - 1 ? update : undefined,
    ].filter((list) => list !== undefined);
    return { firstImage: i * (sizes[0] ?? 0), images, lists };
  });
  const layout = layoutOf(graph);
  const columns = metricsColumns(graph);
  const moving = movingParameters(layout, training);
  return { graph, batchSize, layout, images: pass.images, columns, moving, microBatches };
}

const listOf = (images: number, { steps }: Pick<Pass, 'steps'>): StepList => ({ images, steps });

export interface EvaluationOptions {
  /** Of the training whose network is evaluated; left out: single. */
  readonly precision?: Precision;
  /** `separate` computes and keeps every layer's output; memory then grows with the network's depth. */
  readonly grouping?: OperationGrouping;
}

/** Plans the evaluation of a batch of any size. */
export function planEvaluation(
  graph: LayerGraph,
  batchSize: number,
  { precision = 'single', grouping = 'fused' }: EvaluationOptions = {},
): EvaluationPlan {
  const pass = evaluationPass(graph, formatsOf(graph, precision, null), grouping);
  const { images, logits, values } = pass;
  const results = new Set(grouping === 'separate' ? values.values() : [logits]);
  const layout = layoutOf(graph);
  const list = listOf(batchSize, pass);
  return { graph, batchSize, layout, images, list, logits, values, results };
}
