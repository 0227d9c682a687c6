import { expect, test } from 'vitest';
import { buildGraph } from './builder.ts';
import { blockWords, layerWords } from './layerWords.ts';
import { completeConfig } from './parse.ts';

const graphOf = (model: object) => buildGraph(completeConfig({ version: 1, model }).model);

test('basic blocks have a first and a last 3×3', () => {
  const graph = graphOf({ stageDepths: [3, 4, 3], projection: 'B' });
  const words = (name: string) => layerWords(graph, name);
  expect(words('conv1')).toBe('conv1, 3×3 on the image');
  expect(words('layer2.3.conv1')).toBe('conv3, block 4, first 3×3');
  expect(words('layer2.3.conv2')).toBe('conv3, block 4, last 3×3');
  expect(words('layer2.0.downsample.0')).toBe('conv3, block 1, projection 1×1');
  expect(words('fc')).toBe('fc, the classifier');
  expect(blockWords('layer1.0')).toBe('conv2, block 1');
});

test('bottlenecks have two 1×1 around one 3×3', () => {
  const graph = graphOf({ block: 'bottleneck', projection: 'B' });
  expect([1, 2, 3].map((i) => layerWords(graph, `layer1.0.conv${i}`))).toEqual([
    'conv2, block 1, first 1×1',
    'conv2, block 1, 3×3',
    'conv2, block 1, last 1×1',
  ]);
});
