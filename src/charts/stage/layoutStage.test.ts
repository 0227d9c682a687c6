import { expect, test } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import { completeConfig } from '../../model/parse.ts';
import { layoutStage } from './layoutStage.ts';

const layoutOf = (stageDepths: number[], width: number) =>
  layoutStage(buildGraph(completeConfig({ version: 1, model: { stageDepths } }).model), width);

test.each([
  [[3, 3, 3], 20],
  [[18, 18, 18], 110],
])('every layer of %j has a place of its own, in order, within the width', (depths, layers) => {
  const layout = layoutOf(depths, 398);
  expect(layout.layers).toHaveLength(layers);
  expect(layout.right).toBeLessThan(398.5);
  for (const [i, { x }] of layout.layers.entries()) {
    const before = layout.layers[i - 1];
    if (before !== undefined) expect(x).toBeGreaterThanOrEqual(before.x + before.width);
  }
  for (const { width } of layout.layers) expect(width).toBeGreaterThan(2);
  expect(layout.labels.map(({ text }) => text)).toEqual([
    'conv1',
    'conv2_x',
    'conv3_x',
    'conv4_x',
    'fc',
  ]);
});

test('wide channels are tall, and a block’s arc spans its layers', () => {
  const { layers, blocks } = layoutOf([1, 1, 1], 500);
  const heights = ['layer1.0.conv1', 'layer2.0.conv1', 'layer3.0.conv1'].map(
    (name) => layers.find((layer) => layer.name === name)?.halfHeight ?? 0,
  );
  expect(heights).toEqual(heights.toSorted((a, b) => a - b));
  const [block] = blocks;
  const inside = layers.filter(({ name }) => name.startsWith('layer1.0'));
  expect(inside.every(({ x }) => x > (block?.x ?? 0))).toBe(true);
});
