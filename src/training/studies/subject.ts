/** The network that a study looks at: a live run's as it stands, or a kept run's. */
import type { KernelChoices } from '../../engine/api.ts';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfig } from '../../model/config.ts';
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import { loadStateDict } from '../../weights/loadStateDict.ts';
import { testShapeOf } from '../batchShapes.ts';
import { firstLayerMissing } from '../firstLayer.ts';
import type { Run } from '../run.ts';
import type { NamedTensor } from '../runIdentity.ts';
import { completeState, givenWeights } from '../state.ts';
import type { TrailPoint } from '../trail.ts';

/** Its copy, which nothing else changes. */
export interface Subject {
  readonly config: RunConfig;
  readonly graph: LayerGraph;
  /** Parameters and running statistics. */
  readonly weights: StateDict;
  /** Steps it was trained; null for a kept run. */
  readonly step: number | null;
  readonly kernelChoices: KernelChoices;
  /** Where its weights have been in training, averages apart, from the earliest to the present; empty for a kept run. */
  readonly trail: readonly TrailPoint[];
  /** Images it takes at a time: a live run's test takes as many, and so has the same bits. */
  readonly batchSize: number;
  /** Images that one step of its training normalises together. */
  readonly trainingBatchSize: number;
}

/** A copy of a run as it stands. Nothing must be under way. @throws Error where the run `awaitsImages`. */
export async function liveSubject(run: Run): Promise<Subject> {
  if (run.awaitsImages) throw new Error(firstLayerMissing());
  const { config, graph, step } = run;
  const { seed } = config.training;
  const state = await run.state();
  const weights = givenWeights(graph, seed, state);
  const { batchSize } = testShapeOf(run);
  const { learningRate, trail } = run;
  const passed = trail.points.filter((point) => point.step < step);
  return {
    config,
    graph,
    weights,
    step,
    trail: [...passed, { step, learningRate, weights: completeState(graph, seed, state).weights }],
    kernelChoices: run.onDevice.kernelChoices ?? {},
    batchSize,
    trainingBatchSize: run.microBatchSize ?? config.training.batchSize,
  };
}

/** @throws ConfigError, WeightsError where the config can't be built or the tensors don't fit it; ChunkError. */
export async function keptSubject(
  config: RunConfig,
  tensors: readonly NamedTensor[],
): Promise<Subject> {
  const graph = buildGraph(config.model);
  const byName = tensors.map(({ name, ...tensor }) => [name, { dtype: 'F32', ...tensor }] as const);
  const { stateFor } = await loadStateDict();
  const { state } = stateFor(graph, { tensors: new Map(byName) });
  const { batchSize } = testShapeOf({ config, microBatchSize: null });
  const { microBatchSize } = config.training;
  const trainingBatchSize = microBatchSize === 'auto' ? config.training.batchSize : microBatchSize;
  return {
    ...{ config, graph, weights: state, step: null, kernelChoices: {}, trail: [] },
    ...{ batchSize, trainingBatchSize },
  };
}
