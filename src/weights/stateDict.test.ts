import { describe, expect, it } from 'vitest';
import { buildGraph } from '../model/builder.ts';
import type { Tensor } from '../model/graph.ts';
import { initialWeights } from '../model/initialize.ts';
import { parseRunConfig } from '../model/parse.ts';
import { readSafetensors } from './readSafetensors.ts';
import { stateFor } from './stateDict.ts';
import { writeSafetensors } from './writeSafetensors.ts';

const graph = buildGraph(
  parseRunConfig({ version: 1, model: { stageDepths: [1], stageWidths: [4], inputSize: 8 } }).model,
);
const complete = initialWeights(graph, 1);

const load = (tensors: ReadonlyMap<string, Tensor>) =>
  stateFor(graph, readSafetensors(writeSafetensors(tensors)));

describe('stateFor', () => {
  it('takes every tensor of the network', () => {
    expect(load(complete)).toEqual({ state: complete, unused: [] });
  });

  it('starts missing running statistics at mean 0 and variance 1', () => {
    const parameters = new Map([...complete].filter(([name]) => !name.includes('running')));
    const { state } = load(parameters);
    expect([...state.keys()]).toEqual([...complete.keys()]);
    expect(state.get('bn1.running_mean')?.data).toEqual(new Float32Array(4));
    expect(state.get('bn1.running_var')?.data).toEqual(new Float32Array(4).fill(1));
  });

  it('names everything that is missing or misshapen', () => {
    const wrong = new Map(complete);
    wrong.delete('conv1.weight');
    wrong.delete('bn1.bias');
    wrong.set('fc.bias', { shape: [3], data: new Float32Array(3) });
    expect(() => load(wrong)).toThrow(
      "the weights are not this network's: missing: conv1.weight, bn1.bias; fc.bias is F32 [3], not F32 [10]",
    );
  });

  it('tells which tensors it has no use for', () => {
    const more = new Map(complete);
    more.set('layer9.0.conv1.weight', { shape: [1], data: new Float32Array(1) });
    more.set('bn1.num_batches_tracked', { shape: [], data: new Float32Array(1) });
    expect(load(more).unused).toEqual(['layer9.0.conv1.weight']);
  });
});
