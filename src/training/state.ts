/** Network states by name: put together, and completed for a graph. */
import type { NetworkState } from '../engine/api.ts';
import type { LayerGraph, StateDict } from '../model/graph.ts';
import { initialWeights } from '../model/initialize.ts';

/** Initial weights of the seed, no momentum. */
export function initialState(graph: LayerGraph, seed: number): NetworkState {
  return { weights: initialWeights(graph, seed), momentum: new Map() };
}

/** All tensors of both; `b`'s where both have one. */
export function mergeStates(a: NetworkState, b: NetworkState): NetworkState {
  const merged = (part: keyof NetworkState) => new Map([...(a[part] ?? []), ...(b[part] ?? [])]);
  return {
    ...{ weights: merged('weights'), momentum: merged('momentum') },
    ...((a.secondMoment ?? b.secondMoment) ? { secondMoment: merged('secondMoment') } : {}),
    ...((a.average ?? b.average) ? { average: merged('average') } : {}),
  };
}

/** The same of every dictionary. */
const mapState = (
  { weights, momentum, secondMoment, average }: NetworkState,
  f: (dict: StateDict) => StateDict,
): NetworkState => ({
  ...{ weights: f(weights), momentum: f(momentum) },
  ...(secondMoment === undefined ? {} : { secondMoment: f(secondMoment) }),
  ...(average === undefined ? {} : { average: f(average) }),
});

/** What `state` holds beyond the tensors of `graph`. */
export function outsideOf(graph: LayerGraph, state: NetworkState): NetworkState {
  const inside = new Set(tensorNames(graph));
  const without = (dict: StateDict): StateDict =>
    new Map([...dict].filter(([name]) => !inside.has(name)));
  return mapState(state, without);
}

/** Exactly the tensors of `graph`, from `state` or else the initial ones. Missing moments stay missing, which means 0. */
export function completeState(graph: LayerGraph, seed: number, state: NetworkState): NetworkState {
  const names = tensorNames(graph);
  const known = names.every((name) => state.weights.has(name));
  const initial: StateDict = known ? new Map() : initialWeights(graph, seed);
  const kept = mapState(state, (dict) => pick(names, dict));
  const weights = pick(names, state.weights, initial);
  const { average } = state;
  return { ...kept, weights, ...(average && { average: pick(names, average, weights) }) };
}

/** The weights of `graph` that a run tests and gives away: their averages, where it takes any. */
export function givenWeights(graph: LayerGraph, seed: number, state: NetworkState): StateDict {
  const { weights, average } = completeState(graph, seed, state);
  return average ?? weights;
}

/** The named tensors, each out of the first dictionary that has it. */
function pick(names: readonly string[], ...dicts: readonly StateDict[]): StateDict {
  const picked: StateDict = new Map();
  for (const name of names) {
    const tensor = dicts.find((dict) => dict.has(name))?.get(name);
    if (tensor) picked.set(name, tensor);
  }
  return picked;
}

/** Parameters and running statistics. */
function tensorNames({ parameters, runningStatistics }: LayerGraph): string[] {
  return [...parameters, ...runningStatistics].map(({ name }) => name);
}
