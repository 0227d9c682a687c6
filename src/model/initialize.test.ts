import { describe, expect, it } from 'vitest';
import { buildGraph } from './builder.ts';
import type { RunConfigInput } from './config.ts';
import type { StateDict } from './graph.ts';
import { initialWeights, weightDeviation } from './initialize.ts';
import { presetConfig } from './presets.ts';
import { modelOf, namesOf } from './testing/configs.ts';

const weightsOf = (model: RunConfigInput['model'], seed = 0): StateDict =>
  initialWeights(buildGraph(modelOf(model)), seed);

function values(state: StateDict, name: string): Float32Array {
  const tensor = state.get(name);
  if (tensor === undefined) throw new Error(`no ${name}`);
  return tensor.data;
}

const deviation = (data: Float32Array) =>
  Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length);
const isAll = (data: Float32Array, value: number) => data.every((v) => v === value);

describe('initialWeights', () => {
  it('holds every parameter and running statistic, with its shape', () => {
    const graph = buildGraph(modelOf({ projection: 'B', cutShortcuts: ['layer2.0'] }));
    const state = initialWeights(graph, 0);
    expect([...state.keys()]).toEqual([
      ...namesOf(graph.parameters),
      ...namesOf(graph.runningStatistics),
    ]);
    for (const { shape, data } of state.values()) {
      expect(data.length).toBe(shape.reduce((product, n) => product * n, 1));
    }
    expect(isAll(values(state, 'bn1.weight'), 1)).toBe(true);
    expect(isAll(values(state, 'bn1.bias'), 0)).toBe(true);
    expect(isAll(values(state, 'fc.bias'), 0)).toBe(true);
    expect(isAll(values(state, 'layer2.0.bn1.running_mean'), 0)).toBe(true);
    expect(isAll(values(state, 'layer2.0.downsample.1.running_var'), 1)).toBe(true);
  });

  it('has the deviations of He and Glorot', () => {
    const wide = [64, 32, 3, 3];
    expect(weightDeviation({ init: 'he', activation: 'relu' }, wide)).toBe(Math.sqrt(2 / 288));
    expect(weightDeviation({ init: 'he', activation: 'tanh' }, wide)).toBe(Math.sqrt(1 / 288));
    expect(weightDeviation({ init: 'he', activation: 'sigmoid' }, [10, 64])).toBe(1 / 8);
    expect(weightDeviation({ init: 'he', activation: 'relu' }, [10, 64])).toBe(1 / 8);
    for (const activation of ['relu', 'tanh', 'sigmoid'] as const) {
      expect(weightDeviation({ init: 'glorot', activation }, wide)).toBe(Math.sqrt(2 / 864));
    }
    // 36,864 values: the sample's deviation is within 2 %.
    const he = values(weightsOf({}), 'layer3.2.conv2.weight');
    expect(deviation(he) / Math.sqrt(2 / 576)).toBeCloseTo(1, 1);
    const glorot = values(weightsOf({ init: 'glorot' }), 'layer3.2.conv2.weight');
    expect(deviation(glorot) / deviation(he)).toBeCloseTo(Math.sqrt(1 / 2), 5);
  });

  it('lets the first filters of each convolution behind the stem pass its inputs on', () => {
    const model = { projection: 'B' as const, stageWidths: [4, 6, 5] };
    const [drawn, dirac] = [weightsOf(model), weightsOf({ ...model, diracInit: true })];
    expect(values(dirac, 'conv1.weight')).toEqual(values(drawn, 'conv1.weight'));
    expect(values(dirac, 'fc.weight')).toEqual(values(drawn, 'fc.weight'));
    for (const [name, inputs, outputs, taps] of [
      ['layer1.0.conv1.weight', 4, 4, 9],
      ['layer2.0.conv1.weight', 4, 6, 9],
      ['layer3.0.conv1.weight', 6, 5, 9],
      ['layer2.0.downsample.0.weight', 4, 6, 1],
    ] as const) {
      const impulses = Math.min(inputs, outputs);
      const filter = inputs * taps;
      const weight = values(dirac, name);
      for (let i = 0; i < impulses * filter; i++) {
        const [c, k] = [Math.floor(i / filter), i % filter];
        expect(weight[i]).toBe(k === c * taps + (taps >> 1) ? 1 : 0);
      }
      expect(weight.subarray(impulses * filter)).toEqual(
        values(drawn, name).subarray(impulses * filter),
      );
    }
  });

  it('gives a plain net and its residual twin the same values, whatever the option', () => {
    const residual = weightsOf({ projection: 'C', stageDepths: [3, 3, 3] }, 7);
    const plain = weightsOf({ shortcuts: false }, 7);
    for (const [name, { data }] of plain) expect(values(residual, name)).toEqual(data);
    expect(residual.size).toBeGreaterThan(plain.size);
  });

  it('depends on the seed, and a deeper net begins like a shallower one', () => {
    const name = 'layer1.0.conv1.weight';
    expect(values(weightsOf({}, 1), name)).not.toEqual(values(weightsOf({}, 2), name));
    const deep = initialWeights(buildGraph(presetConfig('resnet-56').model), 0);
    expect(values(deep, name)).toEqual(values(weightsOf({}, 0), name));
  });

  it('zero-initialises what ends each branch', () => {
    const zeroWeights = (model: RunConfigInput['model']) =>
      [...weightsOf({ zeroInitResidual: true, stageDepths: [1, 2], stageWidths: [4, 8], ...model })]
        .filter(([name, { data }]) => name.endsWith('.weight') && isAll(data, 0))
        .map(([name]) => name);
    const each = (layer: string) =>
      ['layer1.0', 'layer2.0', 'layer2.1'].map((block) => `${block}.${layer}.weight`);
    expect(zeroWeights({})).toEqual(each('bn2'));
    expect(zeroWeights({ block: 'bottleneck', projection: 'B' })).toEqual(each('bn3'));
    expect(zeroWeights({ order: 'pre' })).toEqual(each('conv2'));
    expect(zeroWeights({ normalization: 'none', block: 'bottleneck' })).toEqual(each('conv3'));
    expect(zeroWeights({ zeroInitResidual: false })).toEqual([]);
  });
});
