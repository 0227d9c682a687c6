import { expect, test } from 'vitest';
import { completeConfig } from '../../model/parse.ts';
import { withoutShortcuts } from '../../model/shortcuts.ts';
import type { RunHistory } from '../../training/history.ts';
import { freshRun } from '../runViews.ts';
import type { RunView } from '../state.ts';
import { historyOf as history } from '../testing/history.ts';
import { answerOf, QUESTIONS } from './answers.ts';
import { questionOf } from './questions.ts';

const config = completeConfig({ version: 1, model: { stageDepths: [3, 3, 3] } });
const residual = freshRun('a', 0, 'ResNet-20', config);
const plain = freshRun('b', 1, 'Plain-20', withoutShortcuts(config));
const pair = [residual, plain];
const [LEAD, CUT, GRADIENT] = ['lead.200', 'cut.200', 'gradient.200'].map(questionOf);

/** Losses around `mean`, with a scatter of ±0.2 that both runs share and one of ±0.02 that they don’t. */
const measured = (steps: number, mean: (step: number) => number, norm = 1): RunHistory =>
  history({
    loss: Array.from(
      { length: steps },
      (_, i) => mean(i) + 0.2 * Math.sin(7.3 * i) + 0.02 * Math.sin(i * i + norm),
    ),
    names: ['conv1.weight', 'layer1.0.conv1.weight'],
    gradNorm: (step, parameter) => (parameter === 0 ? norm : 5) * (1 + 0.1 * Math.sin(3.1 * step)),
  });

function answered(
  question: typeof LEAD,
  runs: readonly RunView[],
  histories: Readonly<Record<string, RunHistory>>,
) {
  if (question === undefined) throw new Error('no question');
  return answerOf(question, runs, (id) => histories[id] ?? measured(0, () => 0));
}

test('asks by the names of the runs, and says when it will answer', () => {
  const { text, options } = QUESTIONS.lead.ask(pair, 1500);
  expect(text).toBe('Which network will have the lower training loss at step 1,500?');
  expect(options.map(({ label }) => label)).toEqual([
    'ResNet-20',
    'Plain-20',
    'They will be level',
  ]);
  expect(answered(LEAD, pair, { a: measured(199, () => 1), b: measured(250, () => 2) })).toEqual({
    kind: 'open',
    text: 'Answered at step 200.',
  });
});

test('the answer is that of its step, however far training has gone on', () => {
  const a = measured(900, (i) => (i < 200 ? 1.5 : 3));
  const b = measured(900, () => 1.8);
  expect(answered(LEAD, pair, { a, b })).toEqual({
    kind: 'measured',
    option: 'a',
    text: 'ResNet-20 has a training loss of 1.50, Plain-20 one of 1.80.',
  });
});

test('what chance could do is answered by neither', () => {
  const level = answered(LEAD, pair, {
    a: measured(200, (i) => 1.8 + 0.3 * Math.sin(i)),
    b: measured(200, () => 1.83),
  });
  expect(level).toMatchObject({ kind: 'measured', option: 'neither' });
  expect(level.text).toContain('too close to tell apart');
});

test('a run that has diverged is out', () => {
  const diverged = { step: 30, layer: 'conv1', lastGoodStep: 29 };
  expect(
    answered(LEAD, [residual, { ...plain, diverged }], {
      a: measured(200, () => 1.8),
      b: measured(30, () => 9),
    }),
  ).toEqual({ kind: 'measured', option: 'a', text: 'Plain-20 diverged at step 30.' });
});

test('the larger gradient in the first layer wins, with both norms', () => {
  const a = measured(200, () => 1.5, 0.8);
  const b = measured(200, () => 1.8, 0.2);
  expect(answered(GRADIENT, pair, { a, b })).toEqual({
    kind: 'measured',
    option: 'a',
    text: 'The first layer of ResNet-20 gets a gradient of norm 0.80, 4.0 times that of Plain-20 (0.20).',
  });
  expect(answered(GRADIENT, pair, { a: b, b })).toMatchObject({ option: 'neither' });
});

test('a cut that the link schedules is told by the losses around it', () => {
  const changes = [{ step: 200, change: { kind: 'shortcuts', on: false } as const }];
  const scheduled = {
    ...residual,
    config: { ...config, training: { ...config.training, changes } },
  };
  expect(QUESTIONS.cut.ask([scheduled, plain], 200).text).toBe(
    'At step 200 all shortcuts of ResNet-20 are cut. What will happen to its training loss?',
  );
  const made = {
    ...scheduled,
    ...{ originalConfig: scheduled.config, config: withoutShortcuts(config) },
    markers: [{ step: 200, label: 'shortcuts off' }],
  };
  const b = measured(220, () => 2);
  const a = measured(220, (i) => (i < 200 ? 1.7 : 4.9));
  expect(answered(CUT, [scheduled, plain], { a: measured(150, () => 1.7), b })).toMatchObject({
    kind: 'open',
  });
  expect(answered(CUT, [made, plain], { a, b })).toMatchObject({
    ...{ kind: 'measured', option: 'rose' },
    text: expect.stringMatching(
      /^Cut at step 200, .* from 1\.\d\d to [45]\.\d\d within ten steps\.$/,
    ),
  });
  expect(answered(CUT, [made, plain], { a: measured(220, () => 1.7), b })).toMatchObject({
    option: 'same',
  });
  expect(answered(CUT, [made, plain], { a: measured(205, () => 1.7), b })).toEqual({
    kind: 'open',
    text: 'Answered 10 steps after the cut.',
  });
});

test('a cut by hand counts from its step on', () => {
  expect(QUESTIONS.cut.ask(pair, 200).text).toMatch(
    /^After step 200, cut all shortcuts of ResNet-20/,
  );
  const cut = (step: number) => ({
    ...{ ...residual, config: withoutShortcuts(config) },
    markers: [{ step, label: 'shortcuts off' }],
  });
  const a = measured(400, (i) => (i < 250 ? 1.7 : 4.9));
  const b = measured(400, () => 2);
  expect(answered(CUT, [cut(250), plain], { a, b })).toMatchObject({ option: 'rose' });
  expect(answered(CUT, [cut(100), plain], { a, b }).kind).toBe('open');
});

test('shortcuts cut one by one count from the last one on, in whichever network it was', () => {
  const blocks = [1, 2, 3].flatMap((stage) => [0, 1, 2].map((i) => `layer${stage}.${i}`));
  const markers = blocks.map((block, i) => ({ step: 210 + i, label: `${block} shortcut cut` }));
  const other = freshRun('c', 2, 'ResNet-20, seed 1', config);
  const model = { ...config.model, cutShortcuts: blocks };
  const byOne = { ...other, config: { ...config, model }, markers };
  const a = measured(400, () => 1.7);
  const c = measured(400, (i) => (i < 218 ? 1.7 : 4.9));
  expect(answered(CUT, [residual, byOne], { a, c })).toMatchObject({
    option: 'rose',
    text: expect.stringMatching(/^Cut at step 218, the training loss of ResNet-20, seed 1 went/),
  });
  expect(answered(CUT, [byOne, plain], { c, b: a })).toMatchObject({ option: 'rose' });
  const mostly = { ...config.model, cutShortcuts: blocks.slice(1) };
  const almost = { ...byOne, config: { ...config, model: mostly }, markers: markers.slice(1) };
  expect(answered(CUT, [almost, plain], { c, b: a }).kind).toBe('open');
  // Restored since.
  const back = { ...byOne, config, markers: [...markers, { step: 300, label: 'shortcuts on' }] };
  expect(answered(CUT, [back, plain], { c, b: a })).toMatchObject({ option: 'rose' });
});

test('nothing is said of the gradient of a run that has diverged', () => {
  const diverged = { step: 30, layer: 'conv1', lastGoodStep: 29 };
  expect(
    answered(GRADIENT, [residual, { ...plain, diverged }], {
      a: measured(200, () => 1.8, 0.2),
      b: measured(30, () => 9, 50),
    }),
  ).toEqual({
    kind: 'impossible',
    text: 'Plain-20 diverged at step 30, so they can’t be compared.',
  });
});

test('a run that diverges before its cut is not waited for', () => {
  const diverged = { step: 30, layer: 'conv1', lastGoodStep: 29 };
  const out = [{ ...residual, diverged }, plain];
  expect(answered(CUT, out, { a: measured(30, () => 9), b: measured(400, () => 2) })).toEqual({
    kind: 'impossible',
    text: 'ResNet-20 diverged at step 30.',
  });
});

test('what these runs can never answer is said', () => {
  const histories = { a: measured(400, () => 1.5), b: measured(400, () => 1.8) };
  for (const question of [LEAD, GRADIENT]) {
    expect(answered(question, [residual], histories)).toEqual({
      kind: 'impossible',
      text: 'This question needs two networks. Reload the link to have them back.',
    });
  }
  expect(answered(CUT, [plain], histories)).toEqual({
    kind: 'impossible',
    text: 'None of these networks has shortcuts to cut.',
  });
  const short = { ...config, training: { ...config.training, steps: 150 } };
  expect(answered(LEAD, [residual, { ...plain, config: short }], {}).text).toBe(
    'The runs end at step 150, before step 200.',
  );
});
