import { expect, it } from 'vitest';
import { buildGraph } from '../src/model/builder.ts';
import { completeConfig } from '../src/model/parse.ts';
import { interpret, type LayerOperations } from './interpret.ts';

/** Writes down what is computed. */
const NOTES: LayerOperations<string> = {
  conv: (x, { weight, stride }) => `${weight.replace('.weight', '')}/${stride}(${x})`,
  batchNorm: (x, { weight }, count) => `${weight.replace('.weight', '')}:${count}(${x})`,
  activation: (x, { fn }) => `${fn}(${x})`,
  add: (x, shortcut) => `(${x} + ${shortcut})`,
  subsamplePad: (x, { stride, padBefore }, padAfter) =>
    `pad/${stride}:${padBefore}:${padAfter}(${x})`,
  maxPool: (x) => `maxPool(${x})`,
  globalAveragePool: (x) => `mean(${x})`,
  linear: (x, { weight }) => `${weight}(${x})`,
  again: (x) => `&${x}`,
};

it('computes a network layer by layer, and marks what is used more than once', () => {
  const { model } = completeConfig({
    version: 1,
    model: { stageDepths: [1, 1], stageWidths: [2, 5], inputSize: 4 },
  });
  const stem = 'relu(bn1:48(conv1/1(images)))';
  const branch = (layer: string, stride: number, count: number, x: string) =>
    `layer${layer}.0.bn2:${count}(layer${layer}.0.conv2/1(relu(layer${layer}.0.bn1:${count}(layer${layer}.0.conv1/${stride}(${x})))))`;
  const first = `relu((${branch('1', 1, 48, `&${stem}`)} + ${stem}))`;
  const second = `relu((${branch('2', 2, 12, `&${first}`)} + pad/2:1:2(${first})))`;
  expect(interpret(buildGraph(model), 3, 'images', NOTES)).toBe(`fc.weight(mean(${second}))`);
});

it('refuses dropout', () => {
  const { model } = completeConfig({ version: 1, model: { dropout: 0.5 } });
  expect(() => interpret(buildGraph(model), 2, 'images', NOTES)).toThrow('dropout');
});
