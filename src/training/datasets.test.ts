import { expect, it } from 'vitest';
import { syntheticSource } from '../data/syntheticSource.ts';
import { completeConfig } from '../model/parse.ts';
import { Datasets } from './datasets.ts';
import type { TrainingEvent } from './protocol/events.ts';
import { cifarLike } from './testing/cifarLike.ts';

const config = completeConfig({ version: 1, data: { train: 20, test: 10 } });
const { seed } = config.training;

/** CIFAR-10 out of reach, so that shapes stand in. */
async function standIns() {
  const state = { isThere: false, opened: 0, found: 0 };
  const events: TrainingEvent[] = [];
  const source = cifarLike(() => {
    state.opened++;
    return state.isThere;
  });
  const datasets = new Datasets(
    { sources: [source, syntheticSource] },
    (event) => events.push(event),
    () => undefined,
    () => state.found++,
  );
  const last = () => {
    const event = events.at(-1);
    if (event?.type !== 'data') throw new Error(`${event?.type} is not about data`);
    return { title: event.info.title, again: event.again };
  };
  datasets.load(config.data, seed);
  await expect.poll(() => datasets.of(config.data, seed).progress.done).toBe(true);
  return { state, datasets, last };
}

const SHAPES = 'Synthetic shapes (not CIFAR-10)';

it('asks again for what others stand in for', async () => {
  const { state, datasets, last } = await standIns();
  expect([state.opened, last()]).toEqual([1, { title: SHAPES, again: null }]);
  datasets.keep(config.data, seed);
  expect(last()).toEqual({ title: SHAPES, again: 'asked' });
  await expect.poll(last).toEqual({ title: SHAPES, again: null });
  expect([state.opened, state.found]).toEqual([2, 0]);
  expect(datasets.of(config.data, seed).info?.unavailable).toEqual(['The mirror does not answer.']);
});

it('takes what was found unless a run has trained on the stand-ins', async () => {
  const { state, datasets, last } = await standIns();
  state.isThere = true;
  datasets.keep(config.data, seed);
  await expect.poll(() => last().again).toBe('found');
  await expect.poll(() => state.found).toBeGreaterThan(0);
  const run = { config, hasTrained: false };
  const other = { config: { ...config, data: { ...config.data, train: 10 } }, hasTrained: false };
  expect(datasets.takeFound([run, { config, hasTrained: true }])).toEqual([]);
  expect(last().title).toBe(SHAPES);
  expect(datasets.takeFound([run, other])).toEqual([run]);
  expect(last()).toEqual({ title: 'CIFAR-10', again: null });
  await expect.poll(() => datasets.of(config.data, seed).progress.done).toBe(true);
  expect(datasets.of(config.data, seed).arrived('train')).toBe(20);
});
