import { expect, test } from 'vitest';
import { completeConfig } from '../../model/parse.ts';
import { withoutShortcuts } from '../../model/shortcuts.ts';
import { RunHistory } from '../../training/history.ts';
import { freshRun } from '../runViews.ts';
import type { PageState, RunView } from '../state.ts';
import { leadOf } from './evidence.ts';
import { storyOf } from './story.ts';

const config = completeConfig({ version: 1, model: { stageDepths: [5, 5, 5] } });
const residual = freshRun('a', 0, 'ResNet-32', config);
const plain = freshRun('b', 1, 'Plain-32', withoutShortcuts(config));

/** Losses around `mean`, with a scatter of ±0.3 that both runs share and one of ±`own` that they don’t. */
function losses(
  steps: number,
  mean: (step: number) => number,
  own = 0,
  turn = 0,
  norms: Readonly<Record<string, number>> = {},
): RunHistory {
  const history = new RunHistory({ parameterNames: Object.keys(norms), activationNames: [] });
  const values = Array.from(
    { length: steps },
    (_, i) => mean(i) + 0.3 * Math.sin(7.3 * i) + own * Math.sin(1.7 * i * i + turn),
  );
  history.append({
    step: Uint32Array.from(values.keys()),
    loss: Float32Array.from(values),
    accuracy: new Float32Array(steps),
    learningRate: new Float32Array(steps),
    elapsedMs: new Float64Array(steps),
    gradNorm: Float32Array.from(values.flatMap(() => Object.values(norms))),
  });
  return history;
}

const EMPTY = losses(0, () => 0);

function told(
  runs: readonly RunView[],
  histories: Readonly<Record<string, RunHistory>>,
  phase: PageState['phase'] = 'training',
): string {
  return storyOf({ phase, runs, dataError: null }, (id) => histories[id] ?? EMPTY).text;
}

test('at the start it says what the runs share, and only what is true of them', () => {
  expect(told([residual, plain], {}, 'idle')).toMatch(
    /^ResNet-32 and Plain-32 have the same layers.*only the shortcuts can make a difference\.$/,
  );
  const slower = { ...plain.config, training: { ...config.training, learningRate: 0.01 } };
  expect(told([residual, { ...plain, config: slower }], {}, 'idle')).toBe(
    'Press Train: every network sees the same images in the same order.',
  );
  const other = { ...plain.config, training: { ...config.training, seed: 1 } };
  expect(told([residual, { ...plain, config: other }], {}, 'idle')).toContain('its own seed');
  const imported = { ...plain, weightsFrom: 'net.pth' };
  expect(told([residual, imported], {}, 'idle')).not.toContain('only the shortcuts');
  expect(told([residual], {}, 'idle')).toContain('its twin without shortcuts');
});

test('before a hundred steps it makes no claim', () => {
  const text = told([residual, plain], { a: losses(60, () => 1.5), b: losses(60, () => 2.3) });
  expect(text).toMatch(/^Step 60: too early to tell.*ResNet-32 should pull ahead\.$/);
});

test('why a plain net trails is told where its gradient vanishes and the other’s does not', () => {
  const norms = (first: number) => ({
    'conv1.weight': first,
    'layer1.0.conv1.weight': 1,
    'fc.weight': 2,
  });
  const run = (loss: number, first: number) => losses(300, () => loss, 0, 0, norms(first));
  const why =
    'by now little of the gradient reaches the first layer of Plain-32, and shortcuts carry it there.';
  expect(told([residual, plain], { a: run(1.7, 1.2), b: run(2, 0.05) })).toContain(why);
  expect(told([residual, plain], { a: run(1.7, 1.2), b: run(2, 0.5) })).not.toContain(why);
  expect(told([residual, plain], { a: run(1.7, 0.1), b: run(2, 0.05) })).not.toContain(why);
});

test('a lead beyond chance is told with its size, one within it is not', () => {
  const clear = { a: losses(300, () => 1.7, 0.02), b: losses(300, () => 2, 0.02, 2) };
  expect(told([residual, plain], clear)).toBe(
    'Step 300: ResNet-32 is ahead by 0.30 (training loss 1.70 against 2.00 over the last 100 steps). Same layers, same images: only the shortcuts differ.',
  );
  expect(told([residual, plain], clear, 'paused')).toMatch(/Cut some of them and press Train/);
  const level = { a: losses(300, () => 2, 0.5), b: losses(300, () => 2.05, 0.5, 2) };
  expect(told([residual, plain], level)).toContain('are level');
});

test('chance alone is called a lead in fewer than one case of fifty', () => {
  let claims = 0;
  for (let seed = 0; seed < 400; seed++) {
    let state = seed * 2654435761;
    const noise = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32 - 0.5;
    };
    const shared = Array.from({ length: 120 }, noise);
    const one = losses(120, (i) => 2 + (shared[i] ?? 0) + noise());
    const other = losses(120, (i) => 2 + (shared[i] ?? 0) + noise());
    if (leadOf(one, other)?.isClear) claims++;
  }
  expect(claims).toBeLessThan(8);
});

test('a plain net ahead is explained by its depth', () => {
  const histories = { a: losses(300, () => 2), b: losses(300, () => 1.7) };
  expect(told([residual, plain], histories)).toMatch(
    /^Step 300: Plain-32 is ahead.*with more training\.$/,
  );
  const shallow = completeConfig({ version: 1, model: { stageDepths: [1, 1, 1] } });
  const runs = [
    { ...residual, name: 'ResNet-8', config: shallow },
    { ...plain, name: 'Plain-8', config: withoutShortcuts(shallow) },
  ];
  expect(told(runs, histories)).toContain('with so few layers');
});

test('a cut is told with the losses around it, then forgotten', () => {
  const markers = [{ step: 200, label: 'shortcuts off' }];
  const cut = { ...residual, markers, config: withoutShortcuts(config) };
  const histories = (steps: number) => ({
    a: losses(steps, (i) => (i < 200 ? 1.7 : 4.9)),
    b: losses(steps, () => 2),
  });
  expect(told([cut, plain], histories(204))).toBe(
    'The shortcuts of ResNet-32 were cut at step 200; no weight changed. Watch its loss over the next 6 steps.',
  );
  expect(told([cut, plain], histories(240))).toMatch(
    /^The shortcuts of ResNet-32 were cut at step 200: its loss went from 1\.\d\d to 4\.\d\d within ten steps\./,
  );
  expect(told([cut, plain], histories(400))).toMatch(/^Step 400: Plain-32 is ahead/);
  const one = { ...residual, markers: [{ step: 200, label: 'layer1.3 shortcut cut' }] };
  expect(told([one, plain], { a: losses(240, () => 1.7), b: losses(240, () => 2) })).toMatch(
    /^The shortcut of conv2, block 4 of ResNet-32 was cut.*depends little on it\.$/,
  );
});

test('where rows hold many steps, a cut is told by the steps themselves', () => {
  const coarse = new RunHistory({ parameterNames: [], activationNames: [] }, 8);
  const fine = losses(640, (i) => (i < 600 ? 1.7 : 4.9));
  for (let row = 0; row < fine.length; row++) {
    coarse.append({
      step: Uint32Array.of(row),
      loss: fine.loss.mean.slice(row, row + 1),
      accuracy: new Float32Array(1),
      learningRate: new Float32Array(1),
      elapsedMs: new Float64Array(1),
      gradNorm: new Float32Array(0),
    });
  }
  expect(coarse.stride).toBe(128);
  const cut = { ...residual, markers: [{ step: 600, label: 'shortcuts off' }] };
  expect(told([cut, plain], { a: coarse, b: losses(640, () => 2) })).toMatch(
    /its loss went from 1\.\d\d to 4\.\d\d within ten steps/,
  );
});

test('divergence comes before all else', () => {
  const diverged = { step: 30, layer: 'layer1.0.conv1', lastGoodStep: 29 };
  expect(told([residual, { ...plain, diverged }], { a: losses(200, () => 1) })).toMatch(
    /^Plain-32 diverged at step 30: numbers in layer1\.0\.conv1/,
  );
});
