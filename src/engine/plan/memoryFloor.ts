/**
 * What training a network takes however it is planned, counted from its layers in one pass: networks that are far too
 * large are refused by it before anything is planned, drawn or compiled.
 */
import type { LayerGraph, LayerNode } from '../../model/graph.ts';
import { keptPerWeight } from '../../model/optimizer.ts';
import type { NetworkOptions } from '../api.ts';
import { EngineError } from '../errors.ts';
import { t } from '../../text/t.ts';

interface MemoryFloor {
  /** Weights, moments, averages, gradients, and the activations that wait for the backward pass. */
  readonly totalBytes: number;
  /** All weights together, which some engines keep in one buffer. */
  readonly weightBytes: number;
}

type Sized = Pick<NetworkOptions, 'graph' | 'training'>;

/** @param images that go through the network at a time. */
export function memoryFloor({ graph, training }: Sized, images: number): MemoryFloor {
  const weightBytes = 4 * graph.parameterCount;
  const valueBytes = training.precision === 'half' ? 2 : 4;
  return {
    weightBytes,
    totalBytes:
      (2 + keptPerWeight(training)) * weightBytes + valueBytes * images * keptValues(graph),
  };
}

const keptOf = new WeakMap<LayerGraph, number>();

/** Per image: what normalisations read, which their gradients read again; without any what activations put out. */
function keptValues(graph: LayerGraph): number {
  const known = keptOf.get(graph);
  if (known !== undefined) return known;
  const kept = new Set<LayerNode | undefined>();
  for (const node of graph.nodes) {
    if (node.kind === 'batchNorm' || node.kind === 'groupNorm') kept.add(graph.nodes[node.input]);
    if (node.kind === 'activation' && graph.model.normalization === 'none') kept.add(node);
  }
  let values = 0;
  for (const node of kept) {
    const { channels = 0, height = 0, width = 0 } = node?.shape ?? {};
    values += channels * height * width;
  }
  keptOf.set(graph, values);
  return values;
}

interface Limits {
  /** Of the buffer that holds all weights, where there is one; left out: no limit. */
  readonly weightBytes?: number;
  readonly totalBytes?: number;
}

/** @throws EngineError `too-large` with its bytes, where not even a single image at a time could fit. */
export function checkFloor(network: Sized, limits: Limits, images = 1): void {
  const { totalBytes = Number.POSITIVE_INFINITY, weightBytes = Number.POSITIVE_INFINITY } = limits;
  const floor = memoryFloor(network, images);
  const isWeights = floor.weightBytes > weightBytes;
  const [needed, available] = isWeights
    ? [floor.weightBytes, weightBytes]
    : [floor.totalBytes, totalBytes];
  if (needed <= available) return;
  const missing = needed - available;
  const { parameterCount } = network.graph;
  const message = isWeights
    ? t`The weights of this network alone need ${needed} bytes of memory (${parameterCount} parameters); ${available} are available here, ${missing} are missing. Use narrower stages or fewer blocks.`
    : t`Training this network needs at least ${needed} bytes of memory (${parameterCount} parameters); ${available} are available here, ${missing} are missing. Use narrower stages or fewer blocks.`;
  throw new EngineError('too-large', message, 'model.stageWidths');
}
