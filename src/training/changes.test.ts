import { expect, test } from 'vitest';
import { type RunConfigInput, runConfigSchema } from '../model/config.ts';
import { applyChange, isLearningRateMark, shortcutSwitchOf, stretchedLabel } from './changes.ts';

const config = (model: RunConfigInput['model'] = {}) =>
  runConfigSchema.parse({ version: 1, model: { stageDepths: [1, 2, 1], ...model } });

test('a learning rate replaces the schedule', () => {
  const before = runConfigSchema.parse({
    version: 1,
    training: { learningRate: { type: 'cosine', base: 0.2 } },
  });
  const { config: after, label } = applyChange(before, {
    kind: 'learningRate',
    learningRate: 0.01,
  });
  expect(after).toEqual({ ...before, training: { ...before.training, learningRate: 0.01 } });
  expect(label).toBe('learning rate 0.01');
});

test('shortcuts off and on forget single cuts', () => {
  const before = config({ cutShortcuts: ['layer2.1'] });
  const off = applyChange(before, { kind: 'shortcuts', on: false });
  expect(off.config.model).toEqual({ ...before.model, shortcuts: false, cutShortcuts: [] });
  expect(off.label).toBe('shortcuts off');
  const on = applyChange(off.config, { kind: 'shortcuts', on: true });
  expect(on.config.model).toEqual({ ...before.model, cutShortcuts: [] });
  expect(on.label).toBe('shortcuts on');
});

test('cutting a block and putting it back leaves the config as it was', () => {
  const cut = applyChange(config(), { kind: 'blockShortcut', block: 'layer2.0', on: false });
  expect(cut.config.model.cutShortcuts).toEqual(['layer2.0']);
  expect(cut.label).toBe('layer2.0 shortcut cut');
  const back = applyChange(cut.config, { kind: 'blockShortcut', block: 'layer2.0', on: true });
  expect(back.config).toEqual(config());
  expect(back.label).toBe('layer2.0 shortcut on');
});

test('one shortcut in a plain net leaves the others cut', () => {
  const plain = config({ shortcuts: false });
  const { model } = applyChange(plain, {
    kind: 'blockShortcut',
    block: 'layer2.1',
    on: true,
  }).config;
  expect(model.shortcuts).toBe(true);
  expect(model.cutShortcuts).toEqual(['layer1.0', 'layer2.0', 'layer3.0']);
});

test('marks are read as they are written', () => {
  const labelOf = (change: Parameters<typeof applyChange>[1]) =>
    applyChange(config(), change).label;
  const all = labelOf({ kind: 'shortcuts', on: false });
  expect(shortcutSwitchOf(all)).toEqual({ block: null, on: false });
  for (const on of [true, false]) {
    const one = labelOf({ kind: 'blockShortcut', block: 'layer2.1', on });
    expect(shortcutSwitchOf(one)).toEqual({ block: 'layer2.1', on });
  }
  const rate = labelOf({ kind: 'learningRate', learningRate: 0.01 });
  expect([rate, all, 'back to step 4, learning rate 0.01'].map(isLearningRateMark)).toEqual([
    ...[true, false, true],
  ]);
  expect([rate, 'resumed', 'weights of no shortcut cut'].map(shortcutSwitchOf)).toEqual([
    ...[null, null, null],
  ]);
});

test('a stretched schedule is marked as a change of the rate', () => {
  const types = ['cosine', 'linear', 'oneCycle', 'step'] as const;
  const labels = types.map((type) => stretchedLabel(type, 20));
  expect(labels).toEqual([
    'cosine over 20 steps',
    'linear over 20 steps',
    '1-cycle over 20 steps',
    '',
  ]);
  expect(labels.map(isLearningRateMark)).toEqual([true, true, true, false]);
});

test('cutting in a plain net changes nothing', () => {
  const plain = config({ shortcuts: false });
  const { config: after } = applyChange(plain, {
    kind: 'blockShortcut',
    block: 'layer2.1',
    on: false,
  });
  expect(after).toEqual(plain);
});

test('an unknown block is refused by name', () => {
  expect(() =>
    applyChange(config(), { kind: 'blockShortcut', block: 'layer4.0', on: true }),
  ).toThrow('There is no block layer4.0.');
});
