import { expect } from '@playwright/test';
import { violations } from './support/axe.ts';
import {
  button,
  fill,
  openTiny,
  run,
  status,
  stepsDone,
  test,
  waitForStep,
} from './support/page.ts';

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

  const reached = await stepsDone(page);
  await button(page, 'Reset').click();
  await expect.poll(() => stepsDone(page)).toBe(0);
  await button(page, 'Undo').click();
  await expect.poll(() => stepsDone(page)).toBe(reached);
  await button(page, 'Step').click();
  await expect.poll(() => stepsDone(page)).toBe(reached + 1);
  await button(page, 'Reset').click();
  await expect.poll(() => stepsDone(page)).toBe(0);
  await button(page, 'Step').click();
  await expect.poll(() => stepsDone(page)).toBe(1);

  // An earlier end does not start the runs again; other batches do, and wait.
  await fill(page, 'Steps', '6');
  await button(page, 'Train').press('Enter');
  await expect(status(page)).toContainText('Finished');
  await expect(button(page, 'Continue to 9')).toBeFocused();
  await fill(page, 'Batch size', '4');
  await expect(page.getByRole('region', { name: 'Settings that wait' })).toContainText(
    'Batch size 8 → 4',
  );
  await button(page, 'Discard').click();
  await button(page, 'Continue to 9').press('Enter');
  await expect.poll(() => stepsDone(page)).toBe(9);
  await expect(button(page, 'Continue to 14')).toBeFocused();
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
  const arc = run(page, 0).getByRole('switch', { name: 'Shortcut layer1.0' });
  await expect(arc).toBeChecked();
  await arc.press('Space');
  await expect(arc).not.toBeChecked();
  await expect(run(page, 0).getByRole('switch', { name: 'Shortcut layer2.0' })).toBeChecked();
});

test('a network that can’t be built is refused, with its field and the reason', async ({
  page,
}) => {
  await openTiny(page);
  await page.getByLabel('Blocks per stage', { exact: true }).fill('1 1 1');
  await page.getByLabel('Blocks per stage', { exact: true }).press('Enter');
  const field = page.getByLabel('Blocks per stage', { exact: true });
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(/one number per stage/);
});

test('what programs differ in is set under Advanced, as far as it matters to the network', async ({
  page,
}) => {
  await openTiny(page);
  const advanced = page.getByText('Advanced: details that differ between programs');
  await advanced.click();
  await expect(page.getByLabel('Bottleneck’s stride')).toHaveCount(0);
  await page.getByLabel('Option A’s zeros').selectOption('end');
  await page.getByLabel('Max-pool after the stem').selectOption('yes');
  await fill(page, 'BatchNorm’s ε', '0.001');
  await expect(run(page, 0).getByText('max-pool after the stem')).toBeVisible();
  await page.getByLabel('Block', { exact: true }).selectOption('bottleneck');
  await page.getByLabel('Bottleneck’s stride').selectOption('1x1');
  await page.getByText('Advanced: normalisation').click();
  await page.getByLabel('Mean and standard deviation').selectOption('own');
  await fill(page, 'Mean: red, green, blue', '0.5 0.4 0.3');
  await expect.poll(() => new URL(page.url()).hash).toContain('data.mean=0.5,0.4,0.3');
  for (const part of [
    ...['model.stemPool=on', 'model.paddingA=end', 'model.bottleneckStride=1x1'],
    'model.batchNormEps=0.001',
  ]) {
    expect(new URL(page.url()).hash).toContain(part);
  }
  await button(page, 'Step').click();
  await waitForStep(page, 1);
  expect(await violations(page)).toEqual([]);
});
