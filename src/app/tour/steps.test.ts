import { expect, test } from 'vitest';
import { completeConfig } from '../../model/parse.ts';
import { withoutShortcuts } from '../../model/shortcuts.ts';
import { RunHistory } from '../../training/history.ts';
import { freshRun, type RunView } from '../state.ts';
import { tourFacts } from './facts.ts';
import { TOUR_STEPS } from './steps.ts';

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

function texts(
  residual: readonly number[],
  plain: readonly number[],
  markers: RunView['markers'] = [],
) {
  const runs = [
    { ...freshRun('a', 0, 'ResNet-20', config), markers },
    freshRun('b', 1, 'Plain-20', withoutShortcuts(config)),
  ];
  const histories = new Map([
    ['a', history(residual, 1.5)],
    ['b', history(plain, 32)],
  ]);
  const facts = tourFacts(
    runs,
    (id) => histories.get(id) ?? new RunHistory({ parameterNames: [], activationNames: [] }),
  );
  return TOUR_STEPS.map((step) => ({
    isDone: step.isDone(facts),
    text: step.isDone(facts) ? step.seen(facts) : step.task(facts),
  }));
}

const flat = (count: number, loss: number) => Array.from({ length: count }, () => loss);

test('before the first step every step of the tour says what to do', () => {
  const steps = texts([], []);
  expect(steps).toHaveLength(5);
  expect(steps.map(({ isDone }) => isDone)).toEqual([false, false, false, false, false]);
  expect(steps[0]?.text).toMatch(/^ResNet-20 and Plain-20 have the same layers.*Press Train\.$/);
  for (const { text } of steps) expect(text).not.toMatch(/NaN|null|undefined/);
});

test('then it says what the nets have measured', () => {
  const [pressed, gap, gradient] = texts([...flat(20, 2.3), ...flat(10, 1.5)], flat(30, 2.25));
  expect(pressed?.text).toContain('step 30');
  expect(gap?.text).toContain('At step 30: ResNet-20 1.50, Plain-20 2.25.');
  expect(gap?.text).toContain('ahead by 0.75');
  expect(gradient?.text).toContain('32 in Plain-20, 1.5 in ResNet-20. Layer by layer');
});

test('it claims no lead that there is not', () => {
  const [, gap] = texts(flat(25, 2.3), flat(25, 2.2));
  expect(gap?.text).toContain('No lead yet');
  const waiting = texts(flat(12, 2.3), flat(9, 2.2))[1];
  expect(waiting).toEqual({ isDone: false, text: expect.stringContaining('it is at 9') });
});

test('a cut is told by its step, and answered by the ten losses after it', () => {
  const markers = [{ step: 20, label: 'shortcuts off' }];
  const soon = texts([...flat(20, 1.2), ...flat(4, 2)], flat(24, 2), markers);
  expect(soon[3]).toEqual({
    isDone: true,
    text: expect.stringContaining('ResNet-20 lost shortcuts at step 20'),
  });
  expect(soon[4]?.isDone).toBe(false);
  const later = texts([...flat(20, 1.2), ...flat(10, 2.6)], flat(30, 2), markers);
  expect(later[4]?.text).toContain('1.20 before the cut, 2.60 right after it');
  expect(later[4]?.text).toContain('carried what it had learned');
  const early = texts([...flat(20, 2.3), ...flat(10, 2.3)], flat(30, 2), markers);
  expect(early[4]?.text).toContain('learned little');
});
