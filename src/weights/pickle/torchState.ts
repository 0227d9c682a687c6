/** The contents of a PyTorch module's `state_dict()`. */
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import type { TorchTensor } from './torchFile.ts';

/** Module by module, its parameters and then its running statistics, as `state_dict()` orders them. */
export function torchState(
  { parameters, model }: LayerGraph,
  weights: StateDict,
  step: number,
): Map<string, TorchTensor> {
  const state = new Map<string, TorchTensor>();
  const take = (name: string): void => {
    const tensor = weights.get(name);
    if (tensor !== undefined) state.set(name, tensor);
  };
  for (const { name, role } of parameters) {
    take(name);
    // A BatchNorm's bias is its last parameter; its buffers follow.
    if (role !== 'normBias' || model.normalization !== 'batch') continue;
    const norm = name.slice(0, -'.bias'.length);
    take(`${norm}.running_mean`);
    take(`${norm}.running_var`);
    const batches = { shape: [], data: BigInt64Array.of(BigInt(step)) };
    state.set(`${norm}.num_batches_tracked`, batches);
  }
  return state;
}
