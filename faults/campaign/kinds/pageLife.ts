/** The tab's own life: reloaded, closed, crashed, killed, frozen. */
import { setTimeout as sleep } from 'node:timers/promises';
import { disturbedLife, type Kind } from './kind.ts';

const reload: Kind = {
  name: 'reload',
  what: 'the tab is reloaded while it trains',
  weight: 3,
  sample: 8,
  run: (stage) =>
    disturbedLife(stage, async (tab) => {
      if (stage.dice.chance(0.3)) await tab.press('Pause');
      await sleep(stage.dice.between(0, 40));
      await tab.page.reload();
    }),
};

const reopen: Kind = {
  name: 'reopen',
  what: 'the tab is closed, and the address opened in a new one',
  weight: 3,
  sample: 4,
  run: (stage) =>
    disturbedLife(stage, async (tab) => {
      const address = tab.page.url();
      await tab.page.close({ runBeforeUnload: stage.dice.chance(0.5) });
      await sleep(stage.dice.between(0, 300));
      const page = await stage.chromium.context.newPage();
      await page.goto(address);
      tab.moveTo(page);
    }),
};

const rendererCrash: Kind = {
  name: 'renderer-crash',
  what: 'the tab’s process crashes, and the dead tab is reloaded',
  weight: 2,
  sample: 10,
  run: (stage) =>
    disturbedLife(stage, async (tab) => {
      tab.moveTo(await stage.chromium.crashRenderer(tab.page));
    }),
};

const browserKill: Kind = {
  name: 'browser-kill',
  what: 'every process of the browser is killed, also in mid-write; it is started again on the same profile',
  weight: 3,
  sample: 11,
  run: (stage) =>
    disturbedLife(stage, async (tab) => {
      const address = tab.page.url();
      // A pause writes a checkpoint: the blow falls before, during or after.
      if (stage.dice.chance(0.6)) await tab.press('Pause');
      await sleep(stage.dice.between(0, 80));
      await stage.chromium.kill();
      await stage.chromium.launch();
      const page = await stage.chromium.context.newPage();
      await page.goto(address);
      tab.moveTo(page);
    }),
};

const freeze: Kind = {
  name: 'freeze',
  what: 'the tab is frozen for up to a second, as a browser does with tabs in the background',
  weight: 1,
  sample: 2,
  run: (stage) =>
    disturbedLife(stage, async (tab) => {
      const session = await tab.page.context().newCDPSession(tab.page);
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
      await sleep(stage.dice.between(50, 1000));
      await session.send('Page.setWebLifecycleState', { state: 'active' });
      await session.detach();
    }),
};

export const PAGE_LIFE: readonly Kind[] = [reload, reopen, rendererCrash, browserKill, freeze];
