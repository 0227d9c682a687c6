import { expect, it } from 'vitest';
import { buildGraph } from '../model/builder.ts';
import { initialWeights } from '../model/initialize.ts';
import type { StateDict } from '../model/graph.ts';
import { configOf } from '../model/testing/configs.ts';
import { completeState, givenWeights, initialState, mergeStates, outsideOf } from './state.ts';

const { model } = configOf({ model: { stageDepths: [1, 1], stageWidths: [4, 8], inputSize: 8 } });
const graph = buildGraph(model);
const weights = initialWeights(graph, 1);
const average: StateDict = new Map(
  [...weights].map(([name, { shape, data }]) => [name, { shape, data: data.map((x) => x + 1) }]),
);

it('a run gives away its weights, or their averages where it takes any', () => {
  const state = { weights, momentum: new Map() };
  expect(givenWeights(graph, 1, state)).toEqual(weights);
  expect(givenWeights(graph, 1, { ...state, average })).toEqual(average);
});

it('what an average lacks begins at the weights', () => {
  const some: StateDict = new Map([...average].slice(0, 2));
  const whole = completeState(graph, 1, { ...initialState(graph, 1), average: some });
  expect(whole.average).toEqual(new Map([...weights, ...some]));
});

it('averages are merged and parted as the weights are', () => {
  const stray: StateDict = new Map([['stray', { shape: [1], data: Float32Array.of(2) }]]);
  const none: StateDict = new Map();
  const kept = { weights: stray, momentum: none, average: stray };
  const merged = mergeStates(kept, { weights, momentum: none, average });
  expect(merged.average?.size).toBe(average.size + 1);
  expect(outsideOf(graph, merged)).toEqual(kept);
});
