import { expect, test } from 'vitest';
import { completeConfig } from '../../model/parse.ts';
import { withoutShortcuts } from '../../model/shortcuts.ts';
import { RunHistory } from '../../training/history.ts';
import { freshRun } from '../runViews.ts';
import type { RunView } from '../state.ts';
import { tourFacts } from './facts.ts';
import { tourSteps } from './steps.ts';
import type { TourStage } from './tourRuns.ts';

const config = completeConfig({ version: 1 });
const NAMES = ['conv1.weight', 'layer1.0.conv1.weight', 'fc.weight'];

/** A run whose loss is given step by step; its first layer's gradient is `ratio` times the last one's. */
function history(losses: readonly number[], ratio: number): RunHistory {
  const result = new RunHistory({ parameterNames: NAMES, activationNames: [] });
  result.append({
    step: Uint32Array.from(losses.keys()),
    loss: Float32Array.from(losses),
    accuracy: new Float32Array(losses.length),
    learningRate: new Float32Array(losses.length),
    elapsedMs: new Float64Array(losses.length),
    gradNorm: Float32Array.from(losses.flatMap(() => [ratio, 1, 1])),
  });
  return result;
}

interface Told {
  readonly residual?: readonly number[];
  readonly plain?: readonly number[];
  readonly markers?: RunView['markers'];
  readonly pending?: RunView['pending'];
  readonly stage?: TourStage;
}

function texts({ residual = [], plain = [], stage = 'ready-made', ...marked }: Told) {
  const runs = [
    { ...freshRun('a', 0, 'ResNet-20', config), ...marked },
    freshRun('b', 1, 'Plain-20', withoutShortcuts(config)),
  ];
  const histories = new Map([
    ['a', history(residual, 1.5)],
    ['b', history(plain, 32)],
  ]);
  const facts = tourFacts(
    { runs, stage, isTraining: false },
    (id) => histories.get(id) ?? new RunHistory({ parameterNames: [], activationNames: [] }),
  );
  return tourSteps(true).map((step) => ({
    isDone: step.isDone(facts),
    text: step.isDone(facts) ? step.seen(facts) : step.task(facts),
  }));
}

const flat = (count: number, loss: number) => Array.from({ length: count }, () => loss);

test('before the first step every step of the tour says what to do', () => {
  const steps = texts({ stage: 'own' });
  expect(steps).toHaveLength(6);
  expect(steps.map(({ isDone }) => isDone)).toEqual(Array.from({ length: 6 }, () => false));
  expect(steps[4]?.text).toMatch(/^ResNet-20 and Plain-20 start from .*Press Train\.$/);
  for (const { text } of steps) expect(text).not.toMatch(/NaN|null|undefined/);
});

test('a cut that waits for its step is told from one that is made', () => {
  const pending = [{ kind: 'shortcuts', on: false } as const];
  const [, cut, seen] = texts({ pending });
  expect(cut?.text).toContain('with the next step');
  expect(seen?.text).toBe('Press Train and let it take ten steps.');
});

test('a cut is told by its step, and answered by the ten losses after it', () => {
  const markers = [{ step: 20, label: 'shortcuts off' }];
  const soon = texts({ residual: [...flat(20, 1.2), ...flat(4, 2)], markers });
  expect(soon[1]?.text).toContain('ResNet-20 lost its shortcuts at step 20');
  expect(soon[2]).toEqual({ isDone: false, text: 'Press Train and let it take ten steps.' });
  const [, , worse, restore] = texts({ residual: [...flat(20, 1.2), ...flat(10, 2.6)], markers });
  expect(worse?.text).toMatch(
    /the loss of ResNet-20 went from 1\.20 to 2\.60\. The cut itself changed no weight/,
  );
  expect(restore?.text).toContain('Switch Shortcuts on again for ResNet-20, then press Train.');
  const [, , early] = texts({ residual: [...flat(20, 2.3), ...flat(10, 2.3)], markers });
  expect(early?.text).toContain('So far the network depends little on its shortcuts');
});

test('what restoring does is measured, whichever way it goes', () => {
  const markers = [
    { step: 10, label: 'shortcuts off' },
    { step: 20, label: 'shortcuts on' },
  ];
  const restored = (after: number) =>
    texts({ residual: [...flat(10, 1), ...flat(10, 2), ...flat(10, after)], markers })[3]?.text;
  expect(restored(1.1)).toMatch(/went from 2\.00 to 1\.10 .*still in its weights/);
  expect(restored(2)).toContain('had changed too far');
  expect(restored(3)).toContain('have to adapt again');
});

test('a lead is told only beyond chance', () => {
  const losses = (mean: number) => Array.from({ length: 100 }, (_, i) => mean + 0.01 * (i % 3));
  const own = (residual: readonly number[], plain: readonly number[]) =>
    texts({ residual, plain, stage: 'fresh' })[4];
  expect(own(flat(50, 2), flat(50, 2.3))).toEqual({
    isDone: false,
    text: expect.stringContaining('after 100 steps the two can be compared'),
  });
  expect(own(losses(1.5), losses(2.2))?.text).toMatch(/^Step 100: ResNet-20 is ahead \(training/);
  expect(own(losses(2.2), losses(2.2))?.text).toContain('level so far');
  expect(own(losses(2.2), losses(1.5))?.text).toContain('Plain-20 is ahead so far');
});

test('gradients are told as both networks have them', () => {
  const [gradient] = texts({ residual: flat(20, 2), plain: flat(20, 2), stage: 'fresh' }).slice(-1);
  expect(gradient?.text).toContain(
    '32 times the last one’s in Plain-20 and 1.5 times in ResNet-20',
  );
});
