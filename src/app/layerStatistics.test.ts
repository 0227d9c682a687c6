import { expect, it } from 'vitest';
import { RunHistory } from '../training/history.ts';
import { valueAt } from './column.ts';
import { defaultLayers, LAYER_STATISTICS, pickableLayers, statisticOf } from './layerStatistics.ts';
import { historyOf } from './testing/history.ts';

const parameters = ['conv1.weight', 'bn1.weight', 'layer1.0.conv1.weight', 'fc.weight'];
const activations = ['conv1', 'layer1.0.conv1', 'layer1.0.downsample.0'];

/** Two steps: everything in the second is ten times the first. */
function measured(): RunHistory {
  const history = new RunHistory({ parameterNames: parameters, activationNames: activations });
  const twice = (...values: number[]) =>
    Float32Array.from([...values, ...values.map((value) => 10 * value)]);
  history.append({
    step: Uint32Array.of(0, 1),
    loss: Float32Array.of(2, 1),
    accuracy: Float32Array.of(0, 0),
    learningRate: Float32Array.of(0.1, 0.1),
    elapsedMs: Float64Array.of(1, 2),
    gradNorm: twice(1, 2, 3, 4),
    weightNorm: Float32Array.of(5, 6, 7, 8, 5, 6, 7, 8),
    updateNorm: twice(0.5, 0.6, 1.4, 4),
    activationStd: twice(0.1, 0.2, 0.3),
  });
  return history;
}

const table = (id: string, history: RunHistory) => {
  const statistic = statisticOf(id, [history]);
  expect(statistic.id).toBe(id);
  return statistic.layers(history).map((layer) => ({
    name: layer.name,
    rows: [0, 1].map((row) => valueAt(statistic.column(history, layer), row)),
    latest: statistic.latest(history, layer),
  }));
};

const close = (value: number) => expect.closeTo(value, 6);

it('finds the values of every statistic by layer and row', () => {
  const history = measured();
  expect(table('gradient', history)).toEqual([
    { name: 'conv1', rows: [1, 10], latest: 10 },
    { name: 'layer1.0.conv1', rows: [3, 30], latest: 30 },
    { name: 'fc', rows: [4, 40], latest: 40 },
  ]);
  expect(table('weight', history).map(({ latest }) => latest)).toEqual([5, 7, 8]);
  expect(table('update', history)).toEqual([
    { name: 'conv1', rows: [close(0.1), close(1)], latest: close(1) },
    { name: 'layer1.0.conv1', rows: [close(0.2), close(2)], latest: close(2) },
    { name: 'fc', rows: [close(0.5), close(5)], latest: close(5) },
  ]);
  // Shortcuts lie beside the order of layers.
  expect(table('activation', history)).toEqual([
    { name: 'conv1', rows: [close(0.1), close(1)], latest: close(1) },
    { name: 'layer1.0.conv1', rows: [close(0.2), close(2)], latest: close(2) },
  ]);
});

it('falls back to gradient norms where a statistic is not known or was not measured', () => {
  const old = historyOf({ loss: [1], names: parameters });
  for (const id of ['weight', 'update', 'activation', 'nonsense']) {
    expect(statisticOf(id, [old]).id).toBe('gradient');
  }
  expect(statisticOf('weight', [old, measured()]).id).toBe('weight');
});

it('tells merged rows from those before', () => {
  const history = measured();
  const [, update] = LAYER_STATISTICS;
  const before = update?.rows(history).generation;
  history.truncateFrom(1);
  expect(update?.rows(history).generation).not.toBe(before);
});

it('offers the layers of all nets, at first three of them', () => {
  const names = pickableLayers([measured()], LAYER_STATISTICS[0]);
  expect(names).toEqual(['conv1', 'layer1.0.conv1', 'fc']);
  expect(defaultLayers(['a', 'b', 'c', 'd', 'e'])).toEqual(['a', 'c', 'e']);
  expect(defaultLayers(['a'])).toEqual(['a']);
});
