import { expect } from '@playwright/test';
import { violations } from './support/axe.ts';
import { button, openTiny, run, SLOW_MS, status, stepsDone, test } from './support/page.ts';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

test('times the kernels of a paused run by keyboard, and copies the table', async ({ page }) => {
  await openTiny(page);
  await button(page, 'Step').click();
  await expect.poll(() => stepsDone(page), { timeout: SLOW_MS }).toBe(1);
  await expect(status(page)).toContainText('Paused');
  const standing = await run(page, 0).locator('dl').textContent();

  await page.getByText('Kernel times', { exact: true }).focus();
  await page.keyboard.press('Enter');
  await button(page, 'Measure kernels').press('Enter');
  await expect(button(page, 'Copy table')).toBeVisible({ timeout: SLOW_MS });

  const table = page.getByRole('group', { name: 'Table of kernels' }).getByRole('table');
  const rowsOf = (kernel: string) => table.getByRole('row').filter({ hasText: kernel });
  await expect(rowsOf('WeightGradient').filter({ hasText: '3×3 /1, 3 → 4,' })).toHaveCount(1);
  await expect(rowsOf('sgd')).toHaveCount(1);
  await expect(page.getByText(/^peak of the processor: [\d.]+ GFLOP\/s$/)).toBeVisible();
  expect(await run(page, 0).locator('dl').textContent()).toBe(standing);
  expect(await stepsDone(page)).toBe(1);
  expect(await violations(page)).toEqual([]);

  await button(page, 'Copy table').press('Enter');
  await expect(page.getByText('Copied.', { exact: true })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('| Kernel | Shape | Layers | Dispatches | ms | Share |');
  expect(copied.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(
    1 + (await table.getByRole('row').count()),
  );

  await page.setViewportSize({ width: 390, height: 844 });
  // Charts resize a moment after the window.
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth))
    .toBeLessThanOrEqual(0);
});
