import { expect, it } from 'vitest';
import { DataError } from '../data/dataError.ts';
import { syntheticSource } from '../data/syntheticSource.ts';
import { IMAGE_BYTES, type Source } from '../data/types.ts';
import { completeConfig } from '../model/parse.ts';
import { Datasets } from './datasets.ts';
import type { TrainingEvent } from './protocol/events.ts';

const config = completeConfig({ version: 1, data: { train: 20, test: 10 } });
const { seed } = config.training;

/** Ten images a chunk. */
const cifar = (isThere: () => boolean): Source => ({
  async open() {
    if (!isThere()) throw new DataError('unavailable', 'The mirror does not answer.');
    const reader = (count: number) => ({
      chunks: Array.from({ length: count / 10 }, (_, i) => ({ start: 10 * i, count: 10 })),
      fetch: async () => async () => ({
        pixels: new Uint8Array(10 * IMAGE_BYTES),
        labels: new Uint16Array(10),
      }),
    });
    const about = { title: 'CIFAR-10', isCifar10: true, dataset: 'cifar10', sha256: null } as const;
    return {
      description: { ...about, origin: 'hub', citation: null, classNames: [] },
      train: reader(20),
      test: reader(10),
    };
  },
});

/** CIFAR-10 out of reach, so that shapes stand in. */
async function standIns() {
  const state = { isThere: false, opened: 0, found: 0 };
  const events: TrainingEvent[] = [];
  const source = cifar(() => {
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
  expect(datasets.takeFound([{ config, step: 3 }])).toBe(false);
  expect(last().title).toBe(SHAPES);
  expect(datasets.takeFound([{ config, step: 0 }])).toBe(true);
  expect(last()).toEqual({ title: 'CIFAR-10', again: null });
  await expect.poll(() => datasets.of(config.data, seed).progress.done).toBe(true);
  expect(datasets.of(config.data, seed).arrived('train')).toBe(20);
});
