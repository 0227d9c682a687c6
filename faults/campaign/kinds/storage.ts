/** What the page keeps: no room for it, not allowed, or damaged. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { damageStorage, type Wanted } from '../../support/damage.ts';
import type { Stage } from '../stage.ts';
import type { Tab } from '../tab.ts';
import { disturbedLife, FROM_FILES, type Kind, LONG, SHORT } from './kind.ts';

const quotaFull: Kind = {
  name: 'quota-full',
  what: 'the browser has no room left for the page; then the tab is reloaded, or not',
  weight: 2,
  sample: 5,
  run: (stage) =>
    disturbedLife(stage, async (tab) => {
      const session = await tab.page.context().newCDPSession(tab.page);
      const origin = new URL(stage.address).origin;
      const quotaSize = stage.dice.pick([0, 10_000, 100_000, 400_000]);
      await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
      await session.detach();
      await tab.press('Pause');
      // The page says that nothing can be kept before the fault that then costs it.
      await sleep(400);
      await stage.hear(tab);
      if (stage.dice.chance(0.5)) await tab.page.reload();
    }),
};

const refused: Kind = {
  name: 'site-data-refused',
  what: 'the browser refuses the page every kind of storage; then the tab is reloaded, or not',
  weight: 1,
  sample: 8,
  isRefused: true,
  run: (stage) =>
    disturbedLife(
      stage,
      async (tab) => {
        if (stage.dice.chance(0.5)) await tab.press('Pause');
        await sleep(stage.dice.between(0, 300));
        if (stage.dice.chance(0.5)) await tab.page.reload();
      },
      SHORT,
    ),
};

/** Leaves the page, has something done from another page of its origin, and visits it again. */
async function between(
  stage: Stage,
  tab: Tab,
  work: (other: Page) => Promise<void>,
): Promise<void> {
  const address = tab.page.url();
  await tab.press('Pause');
  await sleep(stage.dice.between(100, 600));
  await tab.page.goto(`${stage.address}no-such-page`);
  await work(tab.page);
  await tab.page.goto(address);
}

const damage = (name: string, what: string, part: 'files' | 'databases' | 'texts'): Kind => ({
  name,
  what,
  weight: 2,
  sample: 1,
  run: (stage) =>
    disturbedLife(stage, (tab) =>
      between(stage, tab, async (other) => {
        const random = Array.from({ length: 64 }, () => stage.dice.number());
        await other.evaluate<number, Wanted>(damageStorage, { part, random });
      }),
    ),
});

const damagedCache: Kind = {
  name: 'cache-damage',
  what: 'random bytes of the kept images are overwritten while the page is away',
  weight: 2,
  sample: 4,
  run: async (stage) => {
    const steps = stage.dice.chance(0.2) ? LONG : SHORT;
    const link = FROM_FILES(steps);
    await disturbedLife(
      stage,
      (tab) =>
        between(stage, tab, async (other) => {
          const random = Array.from({ length: 64 }, () => stage.dice.number());
          await other.evaluate<number, Wanted>(damageStorage, { part: 'caches', random });
        }),
      steps,
      link,
    );
  },
};

export const STORAGE: readonly Kind[] = [
  quotaFull,
  refused,
  damage('file-damage', 'random bytes of checkpoints are overwritten, cut off or added', 'files'),
  damage('database-damage', 'random values of IndexedDB are overwritten or removed', 'databases'),
  damage('text-damage', 'texts of web storage are cut off, or overwritten', 'texts'),
  damagedCache,
];
