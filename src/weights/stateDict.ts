/** Loads tensors under our own names into the network they are meant for. */
import type { LayerGraph, StateDict } from '../model/graph.ts';
import { faultLines, type FileTensor, matchWeights } from './match/matchWeights.ts';
import { WeightsError } from './weightsError.ts';
import { t } from '../text/t.ts';

/**
 * The network's tensors from `file`: every parameter and running statistic of the graph, in its order.
 * @throws WeightsError naming what is missing or of a wrong shape or dtype, in at most six lines.
 */
export function stateFor(
  graph: LayerGraph,
  file: { readonly tensors: ReadonlyMap<string, FileTensor> },
): { readonly state: StateDict } {
  const names = new Set([
    ...graph.parameters.map(({ name }) => name),
    ...graph.runningStatistics.map(({ name }) => name),
  ]);
  const offered = [...file.tensors].flatMap(([fileName, tensor]) =>
    names.has(fileName) ? [[fileName, { fileName, tensor }] as const] : [],
  );
  const { rows, state } = matchWeights(graph, new Map(offered));
  if (state === null) {
    throw new WeightsError(t`the weights are not this network's: ${faultLines(rows).join('\n')}`);
  }
  return { state };
}
