/** Whether a state fits a network: the same for every engine. */
import type { LayerGraph, StateDict } from '../model/graph.ts';
import type { NetworkState } from './api.ts';
import { EngineError } from './errors.ts';
import { t } from '../text/t.ts';

/**
 * Parameters must all be there; running statistics, moments and averages may be missing. Names unknown to the graph don't matter.
 * @throws EngineError `state` naming every missing or misshapen tensor.
 */
export function checkState(
  graph: LayerGraph,
  {
    weights,
    momentum = new Map(),
    secondMoment = new Map(),
    average = new Map(),
  }: Pick<NetworkState, 'weights'> & Partial<NetworkState>,
): void {
  const faults = graph.parameters.flatMap(({ name, shape }) => [
    ...faultOf(weights, name, shape, true),
    ...faultOf(momentum, name, shape, false),
    ...faultOf(secondMoment, name, shape, false),
    ...faultOf(average, name, shape, false),
  ]);
  for (const { name, channels } of graph.runningStatistics) {
    for (const state of [weights, average]) faults.push(...faultOf(state, name, [channels], false));
  }
  if (faults.length === 0) return;
  throw new EngineError('state', t`These weights do not fit the network: ${faults.join('; ')}.`);
}

function faultOf(
  state: StateDict,
  name: string,
  shape: readonly number[],
  required: boolean,
): string[] {
  const tensor = state.get(name);
  if (tensor === undefined) return required ? [t`${name} is missing`] : [];
  const fits = tensor.shape.length === shape.length && tensor.shape.every((n, i) => n === shape[i]);
  return fits ? [] : [t`${name} is [${tensor.shape.join()}], not [${shape.join()}]`];
}
