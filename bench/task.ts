/** What every engine is given: the same network, weights and batch. */

import { buildGraph } from '../src/model/builder.ts';
import type { RunConfig } from '../src/model/config.ts';
import type { LayerGraph, StateDict } from '../src/model/graph.ts';
import { initialWeights } from '../src/model/initialize.ts';
import { fillNormal, streamOf } from '../src/model/random.ts';

export interface BenchTask {
  readonly config: RunConfig;
  readonly graph: LayerGraph;
  readonly batchSize: number;
  readonly training: RunConfig['training'];
  readonly learningRate: number;
  readonly weights: StateDict;
  /** [N, 3, S, S], normal numbers: as large as normalised pixels are. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  /** Milliseconds for an engine that has a tuner to try its kernels; 0 for none. */
  readonly tuningMs: number;
}

export function benchTask(config: RunConfig, tuningMs = 0): BenchTask {
  const { model, training } = config;
  const graph = buildGraph(model);
  const { batchSize, seed, learningRate } = training;
  if (typeof learningRate !== 'number') throw new Error('the bench trains at a constant rate');
  const images = new Float32Array(batchSize * 3 * model.inputSize ** 2);
  return {
    config,
    graph,
    batchSize,
    training,
    learningRate,
    weights: initialWeights(graph, seed),
    images: fillNormal(images, seed, streamOf('bench images'), 1),
    labels: Int32Array.from({ length: batchSize }, (_, i) => i % model.classes),
    tuningMs,
  };
}
