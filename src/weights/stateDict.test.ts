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
    expect(load(complete)).toEqual({ state: complete });
  });

  it('refuses a network without running statistics', () => {
    const parameters = new Map([...complete].filter(([name]) => !name.includes('running')));
    expect(() => load(parameters)).toThrow(
      /BatchNorm without running statistics: .* \(bn1\.running_mean, .* and 2 more\)/,
    );
  });

  it('names everything that is missing or misshapen', () => {
    const wrong = new Map(complete);
    wrong.delete('conv1.weight');
    wrong.delete('bn1.bias');
    wrong.set('fc.bias', { shape: [3], data: new Float32Array(3) });
    expect(() => load(wrong)).toThrow(
      "the weights are not this network's: missing: conv1.weight, bn1.bias\nfc.bias is F32 [3], not F32 [10]",
    );
  });

  it('tells of a mismatch in six lines, the last of which counts the rest', () => {
    const wrong = new Map(complete);
    for (const [name, { shape }] of complete) {
      if (shape.length === 1) wrong.set(name, { shape: [3], data: new Float32Array(3) });
    }
    expect(() => load(wrong)).toThrow(/(.*\n){5}and 8 more tensors$/);
  });
});
