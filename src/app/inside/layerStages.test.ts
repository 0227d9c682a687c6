import { expect, it } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import { configOf } from '../../model/testing/configs.ts';
import { joinedStages, type LayerStage, layerStagesOf } from './layerStages.ts';

type Model = NonNullable<Parameters<typeof configOf>[0]>['model'];
const stages = (model: Model) => layerStagesOf(buildGraph(configOf({ model }).model));
const at = (all: readonly LayerStage[], id: string) =>
  all.find((stage) => stage.id === id)?.layers.map(({ name, aspect }) => `${aspect} ${name}`);

const small = { stageDepths: [1, 1], stageWidths: [4, 8] };

it('has a stage for the image, the stem, each block and the pool', () => {
  const all = stages(small);
  expect(all.map(({ id, label, stage }) => [id, label, stage])).toEqual([
    ['input', 'Image', null],
    ['stem', 'conv1', null],
    ['layer1.0', '1.0', 'conv2_x'],
    ['layer2.0', '2.0', 'conv3_x'],
    ['pool', 'pool', null],
  ]);
  expect(at(all, 'input')).toEqual(['output input']);
  expect(at(all, 'stem')).toEqual(['inside conv1', 'inside bn1', 'output act1']);
  expect(at(all, 'pool')).toEqual(['output avgpool']);
});

it('knows both sides of an addition, option A’s padding included', () => {
  expect(at(stages(small), 'layer2.0')).toEqual([
    'inside layer2.0.conv1',
    'inside layer2.0.bn1',
    'inside layer2.0.act1',
    'inside layer2.0.conv2',
    'branch layer2.0.bn2',
    'shortcut layer2.0.shortcut',
    'sum layer2.0.add',
    'output layer2.0.act2',
  ]);
  expect(at(stages(small), 'layer1.0')).toContain('shortcut act1');
});

it('takes a projection for the shortcut', () => {
  expect(at(stages({ ...small, projection: 'B' }), 'layer2.0')?.slice(-4)).toEqual([
    'branch layer2.0.bn2',
    'shortcut layer2.0.downsample.1',
    'sum layer2.0.add',
    'output layer2.0.act2',
  ]);
});

it('tells a gate from the branch that it multiplies', () => {
  const gated = { ...small, shortcutGate: 'exclusive', branchScale: 'scalar' } as const;
  expect(at(stages({ ...gated, shortcutDropout: 0.5, shortcutScale: 0.5 }), 'layer2.0')).toEqual([
    'inside layer2.0.conv1',
    'inside layer2.0.bn1',
    'inside layer2.0.act1',
    'inside layer2.0.conv2',
    'inside layer2.0.bn2',
    'inside layer2.0.gated',
    'branch layer2.0.scaled',
    'shortcut layer2.0.shortcutScale',
    'sum layer2.0.add',
    'output layer2.0.act2',
  ]);
});

it('ends a plain block’s branch before its activation', () => {
  const plain = stages({ ...small, shortcuts: false });
  expect(at(plain, 'layer1.0')?.slice(-2)).toEqual(['branch layer1.0.bn2', 'output layer1.0.act2']);
  expect(plain.find(({ id }) => id === 'layer1.0')?.noShortcut).toBe('none');
  expect(
    stages({ ...small, cutShortcuts: ['layer1.0'] }).find(({ id }) => id === 'layer1.0')
      ?.noShortcut,
  ).toBe('cut');
});

it('lets a pre-activation block end with its addition', () => {
  expect(at(stages({ ...small, order: 'pre' }), 'layer1.0')?.slice(-3)).toEqual([
    'branch layer1.0.conv2',
    'shortcut conv1',
    'sum layer1.0.add',
  ]);
  expect(at(stages({ ...small, order: 'pre', shortcuts: false }), 'layer1.0')?.slice(-1)).toEqual([
    'branch layer1.0.conv2',
  ]);
});

it('joins nets of different depths', () => {
  const joined = joinedStages([stages(small), stages({ ...small, stageDepths: [2, 1] })]);
  expect(joined.map(({ id }) => id)).toEqual([
    ...['input', 'stem', 'layer1.0', 'layer1.1', 'layer2.0', 'pool'],
  ]);
});
