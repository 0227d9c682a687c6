import { expect, it } from 'vitest';
import { completeConfig } from '../model/parse.ts';
import { withoutShortcuts } from '../model/shortcuts.ts';
import { applyPatch } from './edit.ts';
import { LONG_MS, planWith, presetPatch, shortened } from './presetEdit.ts';
import { freshRun } from './runViews.ts';
import { initialState, type PageState } from './state.ts';

const config = completeConfig({
  version: 1,
  training: { seed: 7, precision: 'half', steps: 100, batchSize: 32 },
});
const page: PageState = {
  ...initialState,
  gflops: 1000,
  selected: 'a',
  runs: [
    freshRun('a', 0, 'ResNet-20', config),
    freshRun('b', 1, 'Plain-20', withoutShortcuts(config)),
  ],
};

it('takes a preset’s network and plan, and keeps what is the run’s own', () => {
  const own = applyPatch(config, {
    model: { stemWidth: 8, survival: 0.5 },
    training: { decayNormAndBias: false },
  });
  const edited = applyPatch(own, presetPatch('plain-56', own));
  expect(edited.training).not.toHaveProperty('decayNormAndBias');
  expect(edited.model).not.toHaveProperty('survival');
  expect(edited.model).not.toHaveProperty('stemWidth');
  expect(edited.model).toMatchObject({ shortcuts: false, stageDepths: [9, 9, 9] });
  expect(edited.training).toMatchObject({ seed: 7, precision: 'half', steps: 64_000 });
  expect(edited.training.learningRate).toMatchObject({ drops: [32_000, 48_000] });
  expect(edited.data).toEqual(config.data);
});

it('takes a whole recipe, and leaves nothing of it behind', () => {
  const fast = applyPatch(config, presetPatch('resnet-20-fast', config));
  expect(fast.training).toMatchObject({
    ...{ seed: 7, precision: 'half', decayNormAndBias: false, labelSmoothing: 0.1 },
    augment: { flip: 'alternating' },
  });
  expect(fast.data).toEqual(config.data);
  const again = applyPatch(fast, presetPatch('resnet-20', fast));
  expect(again).toEqual(applyPatch(config, presetPatch('resnet-20', config)));
});

it('leaves augmentation as it is where the preset says nothing of it', () => {
  const own = applyPatch(config, {
    training: { augment: { crop: false, flip: false }, mixup: 0.2, averageDecay: 0.99 },
  });
  const { training } = applyPatch(own, presetPatch('small-32', own));
  expect(training.augment).toEqual({ crop: false, flip: false });
  expect(training).not.toHaveProperty('mixup');
  expect(training).not.toHaveProperty('averageDecay');
});

it('gives back the usual augmentation where a recipe’s own was in force', () => {
  for (const recipe of ['resnet-20-fast', 'resnet-8-page', 'plain-8-airbench']) {
    const fast = applyPatch(config, presetPatch(recipe, config));
    expect(fast.training.augment).not.toEqual(config.training.augment);
    const { training } = applyPatch(fast, presetPatch('small-32', fast));
    expect(training.augment).toEqual({ crop: true, flip: true });
  }
});

it('estimates the plan of all runs, corrected by what steps took', () => {
  const patch = presetPatch('small-56', config);
  const plan = planWith(patch, page);
  expect(plan?.shorter).toBeNull();
  // 3·2 operations a multiply-add, 2.2 M of them an image, 32 images; 0.6 of the rate; 56 layers of 9 calls.
  expect(plan?.ms).toBeGreaterThan(2000 * 5);
  expect(plan?.ms).toBeLessThan(2000 * 20);
  expect(planWith(patch, { ...page, paceRatio: 3 })?.ms).toBeCloseTo(3 * (plan?.ms ?? 0), 6);
  expect(planWith(patch, { ...page, gflops: null })).toBeNull();
});

it('knows no time while an edit that waits in another run can’t be built', () => {
  const draft = applyPatch(config, { model: { stageDepths: [0] } });
  const runs = page.runs.map((run) => (run.id === 'b' ? { ...run, draft } : run));
  expect(planWith(presetPatch('small-56', config), { ...page, runs })).toBeNull();
});

it('offers as many steps as an hour has time for', () => {
  const slow = { ...page, gflops: 20 };
  const patch = presetPatch('resnet-110', config);
  const plan = planWith(patch, slow);
  expect(plan?.ms).toBeGreaterThan(LONG_MS);
  const { steps = 0, ms = 0 } = plan?.shorter ?? {};
  expect(String(steps)).toMatch(/^[1-9]0+$/);
  expect(ms).toBeLessThanOrEqual(LONG_MS);
  expect(planWith(shortened(patch, steps), slow)).toEqual({ ms, shorter: null });
  expect(planWith(shortened(patch, steps * 2), slow)?.ms).toBeGreaterThan(LONG_MS);
  expect(shortened(patch, 640).training?.learningRate).toMatchObject({
    warmupSteps: 4,
    drops: [320, 480],
  });
});
