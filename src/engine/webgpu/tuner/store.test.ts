import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import type { TuningStore } from '../../api.ts';
import { parseChoices } from '../../kernelChoices.ts';
import { indexedDbStore } from './indexedDbStore.ts';
import { keepChoices, keptChoices, withMemory } from './store.ts';

const A = 'nvidia|ampere|…';
const broken: TuningStore = {
  load: () => Promise.reject(new Error('forbidden')),
  add: () => Promise.reject(new Error('full')),
};
const holding = (data: unknown): TuningStore => ({ ...broken, load: async () => data });

describe('kept choices', () => {
  it('come back, old and new, for their adapter alone', async () => {
    const store = withMemory(null);
    await keepChoices(store, A, { one: 'x', two: 'x' });
    await keepChoices(store, A, { two: 'y' });
    expect(await keptChoices(store, A)).toEqual({ one: 'x', two: 'y' });
    expect(await keptChoices(store, 'another')).toEqual({});
  });

  it.each([
    null,
    undefined,
    'text',
    [1, 2],
    { one: 1 },
    { one: { key: 'x' } },
    { ['x'.repeat(500)]: 'y' },
  ])('are none in %j', async (data) => {
    expect(await keptChoices(holding(data), A)).toEqual({});
    expect(parseChoices(data)).toBeNull();
  });

  it('are those that can be read where one of them can’t', async () => {
    const data = { one: 'x', two: 7, three: null, four: 'y' };
    expect(await keptChoices(holding(data), A)).toEqual({ one: 'x', four: 'y' });
  });

  it('of two pages at once are all kept', async () => {
    const pages = [indexedDbStore(), indexedDbStore()];
    const found = Array.from({ length: 20 }, (_, i) => [`id ${i}`, 'x']);
    await Promise.all(
      found.map((entry, i) => keepChoices(pages[i % 2] ?? null, A, Object.fromEntries([entry]))),
    );
    expect(Object.keys(await keptChoices(indexedDbStore(), A))).toHaveLength(20);
  });

  it('are none where storage is missing or broken, and that does no harm', async () => {
    expect(await keptChoices(null, A)).toEqual({});
    expect(await keptChoices(broken, A)).toEqual({});
    await keepChoices(broken, A, { one: 'x' });
    const store = withMemory(broken);
    await keepChoices(store, A, { one: 'x' });
    expect(await keptChoices(store, A)).toEqual({ one: 'x' });
  });

  it('do not grow without end: the oldest go', async () => {
    const store = withMemory(null);
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`id ${i}`, 'x']));
    await keepChoices(store, A, many);
    await keepChoices(store, A, { latest: 'x' });
    const kept = Object.keys(await keptChoices(store, A));
    expect(kept).toHaveLength(4000);
    expect([kept[0], kept.at(-1)]).toEqual(['id 1001', 'latest']);
  });
});
