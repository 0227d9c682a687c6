import { expect, it } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import type { StateDict } from '../../model/graph.ts';
import { initialWeights } from '../../model/initialize.ts';
import { modelOf } from '../../model/testing/configs.ts';
import { filterNormalised, Slice } from './directions.ts';

const small = { stageDepths: [1, 1], stageWidths: [4, 8], inputSize: 8 };
const graph = buildGraph(modelOf(small));
const plain = buildGraph(modelOf({ ...small, shortcuts: false }));
const weights = initialWeights(graph, 3);

/** Norms of the parts of `data` that belong to each of `filters` filters. */
function filterNorms(data: Float32Array, filters: number): number[] {
  const each = data.length / filters;
  return Array.from({ length: filters }, (_, filter) =>
    Math.hypot(...data.subarray(filter * each, (filter + 1) * each)),
  );
}

it('gives every filter the norm of the trained filter; biases and BatchNorm stay', () => {
  const direction = filterNormalised(graph, weights, 1, 0);
  expect([...direction.keys()]).toEqual([
    'conv1.weight',
    'layer1.0.conv1.weight',
    'layer1.0.conv2.weight',
    'layer2.0.conv1.weight',
    'layer2.0.conv2.weight',
    'fc.weight',
  ]);
  for (const [name, values] of direction) {
    const tensor = weights.get(name);
    const filters = tensor?.shape[0] ?? 0;
    const expected = filterNorms(tensor?.data ?? new Float32Array(), filters);
    for (const [filter, norm] of filterNorms(values, filters).entries()) {
      expect(norm / (expected[filter] ?? Number.NaN), name).toBeCloseTo(1, 5);
    }
  }
});

it('has zero length where the trained filter has, and nothing for parameters out of use', () => {
  const zeroed: StateDict = new Map(weights);
  zeroed.set('conv1.weight', { shape: [4, 3, 3, 3], data: new Float32Array(108) });
  const still = filterNormalised(graph, zeroed, 1, 0).get('conv1.weight');
  expect(still?.every((x) => x === 0)).toBe(true);
  const cut = buildGraph(modelOf({ ...small, projection: 'B', cutShortcuts: ['layer2.0'] }));
  const direction = filterNormalised(cut, initialWeights(cut, 3), 1, 0);
  expect([...direction.keys()].filter((name) => name.includes('downsample'))).toEqual([]);
});

it('goes the same way in both nets for the same seed, and another way for another', () => {
  const first = filterNormalised(graph, weights, 1, 0);
  expect(filterNormalised(plain, weights, 1, 0)).toEqual(first);
  expect(filterNormalised(graph, weights, 1, 1)).not.toEqual(first);
  expect(filterNormalised(graph, weights, 2, 0)).not.toEqual(first);
  const twice = new Map(
    [...weights].map(([name, { shape, data }]) => [name, { shape, data: data.map((x) => 2 * x) }]),
  );
  const longer = filterNormalised(graph, twice, 1, 0);
  for (const [name, values] of first) {
    expect(longer.get(name), name).toEqual(values.map((x) => 2 * x));
  }
});

it('is the trained net at 0, 0, and weights + a·first + b·second elsewhere', () => {
  const [first, second] = [0, 1].map((which) => filterNormalised(graph, weights, 1, which));
  if (first === undefined || second === undefined) throw new Error('no directions');
  const slice = new Slice(weights, first, second);
  slice.at(0.3, -0.7);
  const origin = slice.at(0, 0);
  for (const [name, { data }] of weights) expect(origin.get(name)?.data, name).toEqual(data);
  const moved = slice.at(0.5, -0.25);
  for (const [name, { data }] of weights) {
    const [x, y] = [first.get(name), second.get(name)];
    const expected = data.map((w, i) => w + 0.5 * (x?.[i] ?? 0) - 0.25 * (y?.[i] ?? 0));
    expect(moved.get(name)?.data, name).toEqual(expected);
  }
});
