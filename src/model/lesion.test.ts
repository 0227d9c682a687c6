import { expect, it } from 'vitest';
import { buildGraph } from './builder.ts';
import { lesioned, lesionKind } from './lesion.ts';
import { modelOf, wiring } from './testing/configs.ts';

const small = { stageDepths: [2, 1], stageWidths: [4, 8], inputSize: 8 };
const graphOf = (model: Parameters<typeof modelOf>[0]) =>
  buildGraph(modelOf({ ...small, ...model }));
const behind = (graph: ReturnType<typeof buildGraph>, names: readonly string[]) =>
  wiring(lesioned(graph, names)).slice(4);

it('leaves a residual block its shortcut and what follows the addition', () => {
  const residual = graphOf({});
  expect(behind(residual, ['layer1.0', 'layer2.0'])).toEqual([
    'layer1.0.act2 ← act1',
    ...wiring(residual).filter((line) => line.startsWith('layer1.1.')),
    'layer2.0.shortcut ← layer1.1.act2',
    'layer2.0.act2 ← layer2.0.shortcut',
    'avgpool ← layer2.0.act2',
    'fc ← avgpool',
  ]);
  const projected = graphOf({ projection: 'B' });
  expect(behind(projected, ['layer2.0']).slice(-5)).toEqual([
    'layer2.0.downsample.0 ← layer1.1.act2',
    'layer2.0.downsample.1 ← layer2.0.downsample.0',
    'layer2.0.act2 ← layer2.0.downsample.1',
    'avgpool ← layer2.0.act2',
    'fc ← avgpool',
  ]);
});

it('takes a plain block out whole, with every second pixel where it shrinks', () => {
  const plain = graphOf({ shortcuts: false });
  expect(plain.blocks.map(lesionKind)).toEqual(['identity', 'identity', 'subsample']);
  expect(behind(plain, ['layer1.0', 'layer1.1', 'layer2.0'])).toEqual([
    'layer2.0.shortcut ← act1',
    'avgpool ← layer2.0.shortcut',
    'fc ← avgpool',
  ]);
  const subsampling = lesioned(plain, ['layer2.0']).nodes.find(
    ({ kind }) => kind === 'subsamplePad',
  );
  expect(subsampling).toMatchObject({
    stride: 2,
    padBefore: 2,
    shape: { channels: 8, height: 4, width: 4 },
  });
});

it('treats a block whose shortcut was cut as a plain one, and leaves pre-activation blocks the sum alone', () => {
  const cut = graphOf({ cutShortcuts: ['layer1.0'] });
  expect(cut.blocks.map(lesionKind)).toEqual(['identity', 'shortcut', 'shortcut']);
  expect(behind(cut, ['layer1.0'])[0]).toBe('layer1.1.conv1 ← act1');
  const pre = graphOf({ order: 'pre' });
  expect(wiring(lesioned(pre, ['layer1.0', 'layer1.1', 'layer2.0']))).toEqual([
    'input',
    'conv1 ← input',
    'layer2.0.shortcut ← conv1',
    'bn_last ← layer2.0.shortcut',
    'act_last ← bn_last',
    'avgpool ← act_last',
    'fc ← avgpool',
  ]);
});

it('keeps every parameter and its place, and marks those out of use', () => {
  const graph = graphOf({});
  const without = lesioned(graph, ['layer1.0']);
  expect(without.parameters.map(({ name }) => name)).toEqual(
    graph.parameters.map(({ name }) => name),
  );
  expect(without.parameters.filter(({ active }) => !active).map(({ name }) => name)).toEqual([
    'layer1.0.conv1.weight',
    'layer1.0.bn1.weight',
    'layer1.0.bn1.bias',
    'layer1.0.conv2.weight',
    'layer1.0.bn2.weight',
    'layer1.0.bn2.bias',
  ]);
  expect(lesioned(graph, [])).toEqual(graph);
});

it('refuses names that no block has, and a plain block that narrows', () => {
  expect(() => lesioned(graphOf({}), ['layer7.0'])).toThrow('No such block');
  const narrowing = graphOf({ shortcuts: false, stageWidths: [8, 4] });
  expect(narrowing.blocks.map(lesionKind)).toEqual(['identity', 'identity', 'impossible']);
  expect(() => lesioned(narrowing, ['layer2.0'])).toThrow('narrows from 8 to 4 channels');
});
