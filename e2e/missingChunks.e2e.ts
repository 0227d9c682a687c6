/** Parts of the page that can't be loaded: no network, or another version on the server. */
import { expect, type Page } from '@playwright/test';
import { exportMetrics } from './support/metrics.ts';
import { button, open, SLOW_MS, status, TINY_NETS, test, waitForStep } from './support/page.ts';

const TINY = `${TINY_NETS.replace('steps=1000000', 'steps=40')}&data.train=200&data.test=20`;
const MISSING = 'A part of this page could not be loaded';
/** The page calls itself idle after two seconds at the latest. */
const QUIET_MS = 2500;

/** Waits until nothing more is fetched: parts that are wanted later come one by one, whenever the page is idle. */
async function loadedAhead(page: Page): Promise<void> {
  const fetched = () => page.evaluate(() => performance.getEntriesByType('resource').length);
  for (let before = -1, now = 0; now > before; before = now, now = await fetched()) {
    await page.waitForTimeout(QUIET_MS);
  }
}

test('what can’t be loaded takes nothing else away, can be tried again, and never costs a run', async ({
  page,
}) => {
  const context = page.context();
  const block = (parts: string) =>
    context.route(new RegExp(`/(${parts})-[^/]*\\.js`), (route) => route.abort());

  await test.step('a view, a dialog and a menu say so in their places', async () => {
    await block('InsideView|ShareDialog|ExportMenuContent|sources');
    await open(page, TINY);
    await page.getByRole('tab', { name: 'Inside' }).click();
    const view = page.getByRole('tabpanel').getByRole('alert');
    await expect(view).toContainText(MISSING);
    await button(page, 'Share').click();
    const dialog = page.getByRole('alert').filter({ hasText: 'ShareDialog' });
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toHaveCount(0);
    await button(page, 'Export').click();
    const menu = page.getByRole('alert').filter({ hasText: 'ExportMenuContent' });
    await expect(menu).toBeVisible();
    await context.unrouteAll();
    await block('sources');
    await expect(menu.getByRole('button', { name: 'Retry' })).toBeVisible();
    await button(page, 'Export').click();
    await expect(page.getByRole('menuitem', { name: /Metrics/ })).toBeVisible();
    await page.keyboard.press('Escape');
    await view.getByRole('button', { name: 'Retry' }).click();
    await expect(page.getByRole('alert')).toHaveCount(0);
  });

  await test.step('so do the images', async () => {
    await button(page, 'Train').click();
    const images = page.getByRole('alert').filter({ hasText: 'No images.' });
    await expect(images).toContainText(MISSING);
    await context.unrouteAll();
    await images.getByRole('button', { name: 'Retry' }).click();
    await expect(images).toHaveCount(0);
  });

  await test.step('a run that ends without a network is kept', async () => {
    await button(page, 'Step').click();
    await waitForStep(page, 1);
    await loadedAhead(page);
    await button(page, 'Train').click();
    await waitForStep(page, 2);
    await context.setOffline(true);
    await expect(status(page)).toContainText('Finished', { timeout: SLOW_MS });
    await page.getByRole('tab', { name: 'Runs' }).click();
    await expect(page.getByText('2 runs kept in this browser')).toBeVisible();
    expect((await exportMetrics(page)).filter(({ trainLoss }) => trainLoss > 0)).toHaveLength(80);
    await expect(page.getByRole('alert')).toHaveCount(0);
  });

  await test.step('a new version on the server is told of, and keeps the runs', async () => {
    await context.setOffline(false);
    const served = await (await page.request.get('./')).text();
    await context.route(
      ({ pathname }) => pathname === '/',
      (route, request) =>
        request.isNavigationRequest()
          ? route.continue()
          : route.fulfill({
              contentType: 'text/html',
              body: served.replace(/index-[\w-]+\.js/g, 'index-Next.js'),
            }),
    );
    // It looks every ten seconds at most.
    await expect(async () => {
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      const notice = page.getByText('A new version of this page is out.');
      await expect(notice).toBeVisible({ timeout: 500 });
    }).toPass();
    await button(page, 'Reload').click();
    await expect(status(page)).toContainText('step 40 of 40', { timeout: SLOW_MS });
  });
});
