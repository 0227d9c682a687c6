/** Loads a weights file into the network it is meant for. */
import type { LayerGraph, StateDict } from '../model/graph.ts';
import { type FileTensor, isBlocking, type MatchRow, matchWeights } from './match/matchWeights.ts';
import { WeightsError } from './weightsError.ts';

interface LoadedState {
  /** Every parameter and running statistic of the graph, in its order. */
  readonly state: StateDict;
  /** Names in the file of tensors that the network does not use; PyTorch's `num_batches_tracked` is not counted. */
  readonly unused: readonly string[];
}

/**
 * The network's tensors from `file`. Missing running statistics start as in PyTorch: mean 0, variance 1.
 * @throws WeightsError naming every missing parameter and every tensor of a wrong shape or dtype.
 */
export function stateFor(
  graph: LayerGraph,
  file: { readonly tensors: ReadonlyMap<string, FileTensor> },
): LoadedState {
  const { rows, state } = matchWeights(graph, file.tensors);
  if (state === null) throw new WeightsError(`the weights are not this network's: ${faults(rows)}`);
  const unused = rows.flatMap(({ status, fileName }) =>
    status === 'unexpected' && fileName !== null ? [fileName] : [],
  );
  return { state, unused };
}

/** `missing: conv1.weight, bn1.bias; fc.bias is F32 [3], not F32 [10]` */
function faults(rows: readonly MatchRow[]): string {
  const missing = rows.filter(({ status }) => status === 'missing').map(({ name }) => name);
  const others = rows.filter((row) => isBlocking(row) && row.status !== 'missing');
  return [
    ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
    ...others.map(({ name, why }) => `${name} is ${why}`),
  ].join('; ');
}
