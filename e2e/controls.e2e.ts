import { expect } from '@playwright/test';
import { button, openTiny, run, status, stepsDone, test, waitForStep } from './support/page.ts';

test('pauses, steps one step at a time, trains on and resets', async ({ page }) => {
  await openTiny(page);
  await expect(button(page, 'Pause')).toBeDisabled();
  await button(page, 'Train').click();
  await waitForStep(page, 3);
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused');
  const paused = await stepsDone(page);

  await button(page, 'Step').click();
  await expect.poll(() => stepsDone(page)).toBe(paused + 1);
  await expect(status(page)).toContainText('Paused');

  await button(page, 'Train').click();
  await waitForStep(page, paused + 3);
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused');

  await button(page, 'Reset').click();
  await expect.poll(() => stepsDone(page)).toBe(0);
  await button(page, 'Step').click();
  await expect.poll(() => stepsDone(page)).toBe(1);
});

test('a shortcut switched while training keeps the weights and is marked', async ({ page }) => {
  await openTiny(page);
  await button(page, 'Train').click();
  await waitForStep(page, 3);
  const shortcuts = run(page, 0).getByRole('switch', { name: 'Shortcuts' });
  await expect(shortcuts).toBeChecked();
  await shortcuts.click();
  await expect(shortcuts).not.toBeChecked();
  await expect(run(page, 0)).not.toContainText('Takes effect with the next step');
  const after = await stepsDone(page);
  await waitForStep(page, after + 2);
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused');
  await expect(page.getByRole('figure', { name: 'Loss' })).toContainText(/shortcuts/i);
});

test('one block’s shortcut is switched in the drawing, by keyboard', async ({ page }) => {
  await openTiny(page);
  const arc = page.getByRole('switch', { name: 'Shortcut layer1.0' });
  await expect(arc).toBeChecked();
  await arc.press('Space');
  await expect(arc).not.toBeChecked();
  await expect(page.getByRole('switch', { name: 'Shortcut layer2.0' })).toBeChecked();
});

test('a network that can’t be built is refused, with its field and the reason', async ({
  page,
}) => {
  await openTiny(page);
  await page.getByLabel('Blocks per stage', { exact: true }).fill('1 1 1');
  await page.getByLabel('Blocks per stage', { exact: true }).press('Enter');
  const field = page.getByLabel('Blocks per stage', { exact: true });
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(/as many entries as stageWidths/);
});
