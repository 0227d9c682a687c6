/** What a network will need, from its layer graph: TF.js allocates as it goes and reports only afterwards. */
import type { LayerNode } from '../../model/graph.ts';
import { keptPerWeight } from '../../model/optimizer.ts';
import type { NetworkOptions } from '../api.ts';

/** Outputs that stay until the backward pass: see `saved` of each layer. */
const KEPT: ReadonlySet<LayerNode['kind']> = new Set([
  'batchNorm',
  'groupNorm',
  'activation',
  'maxPool',
]);
/** Tensors of the largest layer that are alive at once in its backward pass, beside what was kept. */
const WORKING = 4;

/** Bytes of a training step at its largest, and of the largest tensor in it. */
export function estimatedBytes({ graph, training }: NetworkOptions): {
  readonly total: number;
  readonly largest: number;
} {
  const bytesOf = ({ shape: { channels, height, width } }: LayerNode) =>
    4 * training.batchSize * channels * height * width;
  const kept = graph.nodes.filter(({ kind }) => KEPT.has(kind)).map(bytesOf);
  const activations = Math.max(...graph.nodes.map(bytesOf));
  const parameters = graph.parameters.map(({ elements }) => 4 * elements);
  const sum = (bytes: readonly number[]) => bytes.reduce((total, n) => total + n, 0);
  return {
    // Weights, moments, averages and gradients.
    total: (2 + keptPerWeight(training)) * sum(parameters) + sum(kept) + WORKING * activations,
    largest: Math.max(activations, ...parameters),
  };
}
