import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import { configOf } from '../../model/testing/configs.ts';
import { chunksOf, movingParameters, packChunks } from './chunks.ts';
import { layoutOf } from './layout.ts';

it('chunksOf cuts a tensor into chunks, the last one with what is left', () => {
  expect(chunksOf({ offset: 64, length: 2308, decay: 0.5 })).toEqual([
    { offset: 64, length: 1024, decay: 0.5 },
    { offset: 1088, length: 1024, decay: 0.5 },
    { offset: 2112, length: 260, decay: 0.5 },
  ]);
});

describe('packChunks', () => {
  const chunk = { offset: 8, length: 1024 };

  it('writes two integers and two floats a chunk', () => {
    const table = packChunks([chunk, { offset: 1032, length: 4, decay: 0.5, rateFactor: 2 }]);
    expect(Array.from(table)).toEqual([8, 1024, 0, 0x3f800000, 1032, 4, 0x3f000000, 0x40000000]);
  });

  it('refuses what a workgroup would not cover', () => {
    for (const fault of [{ length: 1028 }, { offset: 6 }, { length: 3 }]) {
      expect(() => packChunks([chunk, { ...chunk, ...fault }])).toThrow('chunk 1 is malformed');
    }
  });
});

it('moves all parameters but those under a cut shortcut, each at its own rate', () => {
  const { model, training } = configOf({
    model: {
      stageDepths: [1, 1],
      stageWidths: [4, 8],
      projection: 'B',
      cutShortcuts: ['layer2.0'],
    },
    training: { decayNormAndBias: false, normAndBiasRate: 8, classifierRate: 0.5 },
  });
  const graph = buildGraph(model);
  const moving = movingParameters(layoutOf(graph), training);
  const of = (name: string) =>
    moving.find(({ index }) => graph.parameters[index]?.name === name) ?? null;
  expect(of('conv1.weight')).toMatchObject({ decay: 0.0001, rateFactor: 1 });
  expect(of('bn1.weight')).toMatchObject({ decay: 0, rateFactor: 8 });
  expect(of('fc.weight')).toMatchObject({ decay: 0.0001, rateFactor: 0.5 });
  expect(of('fc.bias')).toMatchObject({ decay: 0, rateFactor: 0.5 });
  expect(of('layer2.0.downsample.0.weight')).toBeNull();
});
