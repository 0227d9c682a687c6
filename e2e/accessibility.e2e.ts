import { expect, type Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import { button, fill, openTiny, status, test, waitForStep } from './support/page.ts';

test.use({ colorScheme: 'dark' });

const theme = (page: Page) => page.locator('html');

/** Runs axe in the dark theme, which the page opens with, and in the light one. */
async function expectAccessible(page: Page, state: string): Promise<void> {
  for (const name of ['dark', 'light']) {
    await expect(theme(page)).toHaveAttribute('data-theme', name);
    expect(await violations(page), `${state}, ${name}`).toEqual([]);
    await button(page, name === 'dark' ? 'Light theme' : 'Dark theme').click();
  }
}

test('axe finds nothing: idle, training, paused, error; in both themes', async ({ page }) => {
  await openTiny(page);
  await page.getByText('The minutes I have').click();
  await fill(page, 'Minutes', '2');
  await button(page, 'Fit to the minutes').click();
  await expect(page.getByLabel('Schedule', { exact: true })).toHaveValue('linear');
  await expectAccessible(page, 'idle');
  await button(page, 'Train').click();
  await waitForStep(page, 2);
  await expectAccessible(page, 'training');
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused');
  await button(page, 'Fit what is left').click();
  await expectAccessible(page, 'paused');
  const field = page.getByLabel('Blocks per stage', { exact: true });
  await field.fill('1 1 1');
  await field.press('Enter');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page, 'error');
});

test('Present shows networks and charts alone until it ends', async ({ page }) => {
  await openTiny(page);
  await page.keyboard.press('p');
  await expect(page.getByLabel('Blocks per stage', { exact: true })).toBeHidden();
  await expect(button(page, 'Present')).toHaveAttribute('aria-pressed', 'true');
  expect(await violations(page), 'presented').toEqual([]);
  await button(page, 'Present').click();
  await expect(page.getByLabel('Blocks per stage', { exact: true })).toBeVisible();
});

test('the question mark lists the keys, and the focus returns', async ({ page }) => {
  await openTiny(page);
  const share = button(page, 'Share');
  await share.focus();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(dialog).toContainText('Trains and pauses, where nothing else has the focus');
  expect(await violations(page), 'shortcuts').toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(share).toBeFocused();
});
