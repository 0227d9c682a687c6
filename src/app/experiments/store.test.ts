import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { browserStore } from './store.ts';

it('loses no speed that two tabs measure at once, nor one beside a damaged one', async () => {
  const tabs = [browserStore(), browserStore()];
  const works = Array.from({ length: 20 }, (_, i) => `work ${i}`);
  await Promise.all(
    works.map((work, i) =>
      tabs[i % 2]?.changeSpeeds('a', (known) => [...known, { work, ratio: i + 1 }]),
    ),
  );
  const other = browserStore();
  expect((await other.speeds('a')).map(({ work }) => work).sort()).toEqual(works.sort());
  await other.changeSpeeds('b', () => [
    { work: 'x', ratio: 'fast' as never },
    { work: 'y', ratio: 2 },
  ]);
  expect(await browserStore().speeds('b')).toEqual([{ work: 'y', ratio: 2 }]);
});
