/** Two and three tabs that train at once, one of which is disturbed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Tab } from '../tab.ts';
import { type Kind, pair, SHORT } from './kind.ts';

const OPERATIONS = ['reload', 'reload', 'reopen', 'duplicate', 'close'] as const;

const tabs: Kind = {
  name: 'tabs',
  what: 'two or three tabs train; one is reloaded, closed, opened again, or duplicated',
  weight: 5,
  sample: 8,
  async run(stage) {
    const { dice, chromium } = stage;
    const count = dice.between(2, 3);
    const links = Array.from({ length: count }, (_, i) => pair(SHORT, i));
    const open: { readonly tab: Tab; readonly link: string }[] = [];
    for (const link of links) {
      const tab = await stage.open(link);
      // Some only sit there.
      if (dice.chance(0.8)) await tab.click('Train');
      open.push({ tab, link });
    }
    for (let i = dice.between(1, 2); i > 0; i--) {
      const { tab, link } = dice.pick(open);
      await tab
        .reach(Math.min(SHORT - 1, (await tab.step()) + dice.between(0, 150)).valueOf())
        .catch(() => undefined);
      if (dice.chance(0.5)) await tab.press('Pause');
      await sleep(dice.between(0, 200));
      const before = await tab.before();
      const operation = dice.pick(OPERATIONS);
      if (operation === 'close' && open.length > 1) {
        stage.faults++;
        await tab.close();
        open.splice(
          open.findIndex((one) => one.tab === tab),
          1,
        );
        continue;
      }
      if (operation === 'duplicate') {
        stage.faults++;
        const opened = tab.page.waitForEvent('popup');
        await tab.page.evaluate(() => void window.open(location.href));
        open.push({ tab: stage.adopt(Tab.of(await opened)), link });
        continue;
      }
      if (operation === 'reopen') {
        const address = tab.page.url();
        await tab.page.close();
        const page = await chromium.context.newPage();
        await page.goto(address);
        tab.moveTo(page);
      } else await tab.page.reload();
      await stage.recovered(tab, before);
    }
    for (const { tab, link } of open) await stage.judge(tab, link);
  },
};

export const TABS: readonly Kind[] = [tabs];
