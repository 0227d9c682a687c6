import { expect, test } from 'vitest';
import { withoutShortcuts } from '../../model/shortcuts.ts';
import { SessionHarness, tinyConfig } from '../testing/sessionHarness.ts';
import { interpolated } from './interpolation.ts';
import type { LineResult, Studied } from './study.ts';

const config = tinyConfig();
const other = tinyConfig({ training: { seed: 1 } });

async function trained(): Promise<SessionHarness> {
  const harness = new SessionHarness();
  const runs = [
    { id: 'a', config },
    { id: 'b', config: other },
    { id: 'dropped', config: tinyConfig({ model: { dropout: 0.3, shortcutDropout: 0.5 } }) },
    { id: 'brighter', config: tinyConfig({ data: { mean: [0.4, 0.4, 0.4] } }) },
    { id: 'plain', config: withoutShortcuts(config) },
  ];
  harness.send({ type: 'open', baseUrl: 'http://localhost/' }, { type: 'setRuns', runs });
  await harness.until('prepared', 0, ({ id }) => id === 'plain');
  await harness.untilPaused({ type: 'step' });
  await harness.untilImagesArrived();
  return harness;
}

const ask = (harness: SessionHarness, key: string, of: Studied, to: Studied) =>
  harness.send({ type: 'study', key, study: { kind: 'line', of, to, images: 40, points: 3 } });

async function lineOf(harness: SessionHarness, from: number): Promise<LineResult> {
  const { result } = await harness.until('studyDone', from);
  if (result.kind !== 'line') throw new Error(`a ${result.kind}`);
  return result;
}

test('goes from one net to the other, and back the same way', async () => {
  const harness = await trained();
  const there = await lineOf(harness, ask(harness, 'there', { run: 'a' }, { run: 'b' }));
  expect(there).toMatchObject({ toStep: 1, images: 40, testImages: 40 });
  expect(there.rows.map(({ alpha }) => alpha)).toEqual([0, 0.5, 1]);
  const back = await lineOf(harness, ask(harness, 'back', { run: 'b' }, { run: 'a' }));
  // Both nets are tested on the images of the first: synthetic images depend on the seed.
  expect(back.rows[1]?.train.loss).not.toBe(there.rows[1]?.train.loss);
  const still = await lineOf(harness, ask(harness, 'still', { run: 'a' }, { run: 'a' }));
  for (const row of still.rows) {
    expect(row.train.loss).toBeCloseTo(there.rows[0]?.train.loss ?? 0, 5);
    expect(row.test.loss).toBeCloseTo(there.rows[0]?.test.loss ?? 0, 5);
  }
});

test('refuses nets of different architectures, though their tensors are the same', async () => {
  const harness = await trained();
  const from = ask(harness, 'line', { run: 'a' }, { run: 'plain' });
  const { message } = await harness.until('studyFailed', from);
  expect(message).toMatch(/^The two networks differ in architecture/);
});

test('refuses nets that take the same images for other numbers', async () => {
  const harness = await trained();
  const from = ask(harness, 'line', { run: 'a' }, { run: 'brighter' });
  const { message } = await harness.until('studyFailed', from);
  expect(message).toMatch(/^The two networks take images that are normalised differently/);
});

test('takes nets that differ in what training drops, and a net on the way drops nothing', async () => {
  const harness = await trained();
  const line = await lineOf(harness, ask(harness, 'drop', { run: 'a' }, { run: 'dropped' }));
  expect(line.rows).toHaveLength(3);
  // Batches, statistics and tests are those of the first net, which drops nothing itself.
  const back = await lineOf(harness, ask(harness, 'back', { run: 'dropped' }, { run: 'a' }));
  expect(back.rows.map(({ test }) => test)).toEqual(line.rows.map(({ test }) => test).reverse());
  expect(back.rows.map(({ train }) => train)).toEqual(
    line.rows.map(({ train }) => train).reverse(),
  );
});

test('interpolates every tensor, and is either end to the bit', () => {
  const dict = (...values: number[]) =>
    new Map([['w', { shape: [values.length], data: Float32Array.from(values) }]]);
  const [from, to] = [dict(0.1, -3), dict(0.7, 5)];
  expect(interpolated(from, to, 0)).toEqual(from);
  expect(interpolated(from, to, 1)).toEqual(to);
  expect(interpolated(from, to, 0.25)).toEqual(dict(0.25, -1));
  expect(() => interpolated(from, dict(1), 0.5)).toThrow('no w of this shape');
});
