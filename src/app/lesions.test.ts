import { expect, it } from 'vitest';
import { buildGraph } from '../model/builder.ts';
import { modelOf } from '../model/testing/configs.ts';
import type { LesionResult } from '../training/studies/study.ts';
import { errorsByCount, lesionsCsv, severalSets, sweepOf, sweepSets } from './lesions.ts';

const graph = buildGraph(modelOf({ stageDepths: [2, 1], stageWidths: [4, 8], inputSize: 8 }));
const result: LesionResult = {
  kind: 'lesions',
  images: 40,
  rows: [
    { blocks: [], loss: 1.5, accuracy: 0.6 },
    { blocks: ['layer1.1'], loss: 1.7, accuracy: 0.5 },
    { blocks: ['layer2.0'], loss: 2, accuracy: 0.25 },
  ],
};

it('asks for the whole net and for each block that can be switched off', () => {
  expect(sweepSets(graph)).toEqual([[], ['layer1.0'], ['layer1.1'], ['layer2.0']]);
  const narrowing = buildGraph(
    modelOf({ shortcuts: false, stageDepths: [1, 1], stageWidths: [8, 4], inputSize: 8 }),
  );
  expect(sweepSets(narrowing)).toEqual([[], ['layer1.0']]);
});

it('draws more and more blocks, the same for nets with the same blocks', () => {
  const sets = severalSets(graph);
  expect(sets.map(({ length }) => length)).toEqual([0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
  const plain = buildGraph(
    modelOf({ shortcuts: false, stageDepths: [2, 1], stageWidths: [4, 8], inputSize: 8 }),
  );
  expect(severalSets(plain)).toEqual(sets);
  const deep = buildGraph(modelOf({ stageDepths: [9, 9, 9] }));
  const counts = new Set(severalSets(deep).map(({ length }) => length));
  expect([...counts]).toEqual([0, 1, 4, 7, 10, 13, 16, 19, 22, 25]);
});

it('reads errors by block, stage borders told apart', () => {
  expect(sweepOf(result, graph)).toEqual({
    base: 40,
    baseLoss: 1.5,
    blocks: [
      { block: 'layer1.1', index: 1, error: 50, loss: 1.7, isBorder: false },
      { block: 'layer2.0', index: 2, error: 75, loss: 2, isBorder: true },
    ],
  });
  expect(sweepOf(null, graph)).toEqual({ base: null, baseLoss: null, blocks: [] });
});

it('reads errors by the number of blocks off', () => {
  expect(errorsByCount(result)).toEqual([
    { count: 0, mean: 40, low: 40, high: 40 },
    { count: 1, mean: 62.5, low: 50, high: 75 },
  ]);
});

it('writes every set as a line', () => {
  expect(lesionsCsv([{ name: 'ResNet-8', step: 12, result }]).split('\n')).toEqual([
    'run,step,test images,blocks off,loss,test error %',
    '"ResNet-8",12,40,"",1.5,40',
    '"ResNet-8",12,40,"layer1.1",1.7,50',
    '"ResNet-8",12,40,"layer2.0",2,75',
    '',
  ]);
});
