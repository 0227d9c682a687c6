/** The page on a host that only knows files, in a sub-folder; without a network; and in its next version. */
import { expect, type Page } from '@playwright/test';
import { CHROMIUM_ARGS, chromiumPath } from './support/browser.ts';
import {
  button,
  SLOW_MS,
  status,
  stepsDone,
  TINY_NETS,
  test,
  waitForStep,
} from './support/page.ts';
import { PlainHost } from './support/plainHost.ts';

/** A name at which this machine is no secure place to a browser, as a teacher's laptop is none to a class. */
const CLASS = 'class.test';

test.use({
  serviceWorkers: 'allow',
  launchOptions: {
    executablePath: await chromiumPath(),
    args: [...CHROMIUM_ARGS, `--host-resolver-rules=MAP ${CLASS} 127.0.0.1`],
  },
});

const isolated = (page: Page) => page.evaluate(() => crossOriginIsolated).catch(() => false);
const script = (page: Page) =>
  page.locator('script[src*="/index-"]').evaluate((element: HTMLScriptElement) => element.src);

/** Whether every file of the page is kept. */
const isKept = (page: Page) =>
  page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('page /nets/ '));
    const whole = `${location.origin}/nets/?whole`;
    const kept = names.map(async (name) => (await caches.open(name)).match(whole));
    return (await Promise.all(kept)).some((entry) => entry !== undefined);
  });

test('any host will do, the second visit needs none, and a new version asks', async ({ page }) => {
  await using host = new PlainHost();
  await host.start();
  let loads = 0;
  page.on('domcontentloaded', () => loads++);

  await test.step('the first visit isolates itself, by loading once more', async () => {
    await page.goto(`${host.url}#${TINY_NETS}&data.train=200&data.test=100`);
    await expect.poll(() => isolated(page)).toBe(true);
    await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
    expect(loads).toBe(2);
    expect(await page.evaluate(() => typeof SharedArrayBuffer)).toBe('function');
    await expect(page.getByText('It trains on one thread only')).toHaveCount(0);
    await button(page, 'Train').click();
    await waitForStep(page, 20);
    await expect(page.getByText('CIFAR-10 (this server)').first()).toBeVisible();
    await button(page, 'Pause').click();
    await expect.poll(() => isKept(page), { timeout: 60_000 }).toBe(true);
  });

  await test.step('the second needs no network, for no view', async () => {
    await host.stop();
    await page.reload();
    await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
    const before = await stepsDone(page);
    expect(before).toBeGreaterThanOrEqual(20);
    await button(page, 'Train').click();
    await waitForStep(page, before + 20);
    await expect(page.getByText('CIFAR-10 (this server)').first()).toBeVisible();
    for (const view of ['Runs', 'Inside', 'Lesions', 'Surface', 'Geometry', 'Curves']) {
      await page.getByRole('tab', { name: view }).click();
      await expect(page.getByText('Loading…')).toHaveCount(0);
    }
    for (const name of ['Experiments', 'Share']) {
      await button(page, name).click();
      await button(page, 'Close').click();
    }
    await expect(page.getByRole('alert')).toHaveCount(0);
  });

  await test.step('a new version waits until it is wanted, and then goes on with the runs', async () => {
    const next = host.deploy();
    await host.start();
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    const notice = page.getByRole('note').filter({ hasText: 'A new version of this page is out.' });
    await expect(notice).toBeVisible({ timeout: 60_000 });
    const before = await stepsDone(page);
    await waitForStep(page, before + 1);
    expect(await script(page)).not.toContain(next);
    await button(page, 'Reload').click();
    await expect.poll(() => script(page).catch(() => '')).toContain(next);
    await waitForStep(page, before + 2);
    expect(await isolated(page)).toBe(true);
  });

  await test.step('over plain http it trains on one thread, and keeps runs', async () => {
    const insecure = await page.context().newPage();
    await page.close();
    const url = host.url.replace('localhost', CLASS);
    const few = TINY_NETS.replace('steps=1000000', 'steps=30');
    await insecure.goto(`${url}#${few}&data.train=200&data.test=100`);
    expect(await insecure.evaluate(() => isSecureContext)).toBe(false);
    await expect(insecure.getByText('This page was loaded over plain http.')).toBeVisible();
    await button(insecure, 'Train').click();
    await expect(status(insecure)).toContainText('Finished', { timeout: SLOW_MS });
    await expect(status(insecure)).toContainText('1 thread');
    await button(insecure, 'Reset').click();
    await expect(status(insecure)).toContainText('step 0 of 30');
    await insecure.getByRole('tab', { name: 'Runs' }).click();
    await expect(insecure.getByText('2 runs kept in this browser')).toBeVisible();
    await expect(insecure.getByText('has crashed')).toHaveCount(0);
  });
});
