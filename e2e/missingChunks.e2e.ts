/** Parts of the page that can't be loaded: no network, or another version on the server. */
import { expect, type Page } from '@playwright/test';
import { button, openTiny, test } from './support/page.ts';

const retry = (page: Page) => page.getByRole('alert').getByRole('button', { name: 'Retry' });

test('a part that can’t be loaded takes nothing else away, and Retry loads it', async ({
  page,
}) => {
  await openTiny(page);
  await page.route(/\/(InsideView|ShareDialog|ExportMenuContent|charts)-[^/]*\.js/, (route) =>
    route.abort(),
  );
  await page.getByRole('tab', { name: 'Inside' }).click();
  await expect(page.getByRole('alert')).toContainText('A part of this page could not be loaded');
  await button(page, 'Share').click();
  const share = page.getByRole('alert').filter({ hasText: 'ShareDialog' });
  await share.getByRole('button', { name: 'Retry' }).click();
  await share.getByRole('button', { name: 'Close' }).click();
  await expect(share).toHaveCount(0);
  await button(page, 'Export').click();
  await expect(page.getByRole('alert')).toHaveCount(2);
  await page.unroute(/./);
  await page.unrouteAll();
  await retry(page).last().click();
  await retry(page).first().click();
  await expect(
    page.getByRole('menuitem', { name: /Metrics/ }).or(page.getByRole('tabpanel')),
  ).not.toHaveCount(0);
  await expect(page.getByRole('alert')).toHaveCount(0);
});
