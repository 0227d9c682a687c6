/** A weights file held against the network it is meant for. */
import type { LayerGraph, StateDict, Tensor } from '../model/graph.ts';
import type { SafetensorsFile } from './safetensors.ts';
import { WeightsError } from './weightsError.ts';

export interface LoadedState {
  /** Every parameter and running statistic of the graph, in its order. */
  readonly state: StateDict;
  /** Tensors of the file that the network has no use for. PyTorch's `num_batches_tracked` is not counted. */
  readonly unused: readonly string[];
}

/**
 * The network's tensors out of `file`. Running statistics that are missing start as PyTorch's do: mean 0, variance 1.
 * @throws WeightsError naming every parameter that is missing and every tensor of another shape or dtype.
 */
export function stateFor(graph: LayerGraph, file: SafetensorsFile): LoadedState {
  const state: StateDict = new Map();
  const missing: string[] = [];
  const wrong: string[] = [];
  const take = (name: string, shape: readonly number[], fallback: number | null): void => {
    const tensor = file.tensors.get(name);
    if (tensor === undefined) {
      if (fallback === null) missing.push(name);
      else state.set(name, filled(shape, fallback));
    } else if (tensor.dtype !== 'F32' || tensor.shape.join() !== shape.join()) {
      wrong.push(
        `${name} is ${tensor.dtype} [${tensor.shape.join(', ')}], not F32 [${shape.join(', ')}]`,
      );
    } else {
      state.set(name, { shape, data: tensor.data });
    }
  };
  for (const { name, shape } of graph.parameters) take(name, shape, null);
  for (const { name, channels, initial } of graph.runningStatistics)
    take(name, [channels], initial);
  const faults = [...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []), ...wrong];
  if (faults.length > 0) {
    throw new WeightsError(`the weights are not this network's: ${faults.join('; ')}`);
  }
  const unused = [...file.tensors.keys()].filter(
    (name) => !state.has(name) && !name.endsWith('.num_batches_tracked'),
  );
  return { state, unused };
}

const filled = (shape: readonly number[], value: number): Tensor => ({
  shape,
  data: new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(value),
});
