import { expect, type Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import { button, figure, openTiny, SLOW_MS, status, test, waitForStep } from './support/page.ts';

const view = (page: Page, name: string) => page.getByRole('tab', { name, exact: true });
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

/** Opens tiny nets and trains them for one step. */
async function openTrained(page: Page): Promise<void> {
  await openTiny(page);
  await button(page, 'Step').click();
  await waitForStep(page, 1);
  await expect(status(page)).toContainText('Paused');
}

test('lesions: a block switched off by keyboard, then a sweep beside training', async ({
  page,
}) => {
  await openTrained(page);
  await view(page, 'Lesions').click();
  const net = page.getByRole('region', { name: 'Blocks of ResNet-6' });
  const block = net.getByRole('switch', { name: 'Block layer2.0' });
  await net.getByRole('switch', { name: 'Block layer1.0' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(block).toBeFocused();
  await page.keyboard.press('Space');
  await expect(block).toHaveAttribute('aria-checked', 'false');
  await expect(
    net.getByText(/Test error [\d.]+ % → [\d.]+ % at step \d+, layer2\.0 off\./),
  ).toBeVisible({
    timeout: SLOW_MS,
  });
  await net.getByRole('button', { name: /^Switch all on/ }).click();
  await expect(net.getByText(/Test error [\d.]+ % at step \d+, all blocks on\./)).toBeVisible({
    timeout: SLOW_MS,
  });

  await button(page, 'Train').click();
  await button(page, 'Sweep every block').click();
  const sweep = figure(page, 'Test error without each block');
  await sweep.getByText('These errors as a table').click();
  const table = sweep.getByRole('group', { name: 'Table of test errors' });
  for (const row of ['nothing', 'layer1.0', 'layer2.0, stage border']) {
    await expect(
      table.getByRole('row').filter({ has: page.getByRole('rowheader', { name: row }) }),
    ).toHaveText(/% ?[\d.]+ %$/, { timeout: SLOW_MS });
  }
  await sweep.getByRole('group', { name: /^Test error by the block/ }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(sweep.locator('.study-readout')).toContainText('layer1.0');
  const pausedMs = Date.now();
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused');
  expect(Date.now() - pausedMs).toBeLessThan(20_000);
  const download = page.waitForEvent('download');
  await sweep.getByRole('button', { name: 'CSV' }).click();
  expect((await download).suggestedFilename()).toBe('lesions.csv');
});

test('surface: drawn with progress, read by keyboard, cancelled', async ({ page }) => {
  await openTrained(page);
  await view(page, 'Surface').click();
  await page.getByLabel('Points', { exact: true }).selectOption('5');
  await button(page, 'Compute surfaces').click();
  const surface = figure(page, 'Loss around the trained weights');
  await expect(button(page, 'Cancel surfaces')).toBeHidden({ timeout: SLOW_MS });
  const panel = surface.getByRole('region', { name: 'Loss surface of Plain-6' });
  await expect(panel).toContainText(/trained network: loss [\d.]+, accuracy [\d.]+ %/);
  await panel.getByRole('group', { name: /^Contour map/ }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(panel).toContainText(/0\.5, 0: loss [\d.]+/);
  await surface.getByText('These losses as a table').click();
  await expect(
    surface.getByRole('group', { name: 'Table of losses of ResNet-6' }).getByRole('cell'),
  ).toHaveCount(25);
  const download = page.waitForEvent('download');
  await surface.getByRole('button', { name: 'SVG' }).click();
  expect((await download).suggestedFilename()).toBe('loss-surface.svg');

  await page.getByLabel('Points', { exact: true }).selectOption('51');
  await button(page, 'Compute surfaces').click();
  await button(page, 'Cancel surfaces').click();
  await expect(button(page, 'Cancel surfaces')).toBeHidden();
  await button(page, 'Step').click();
  await expect(status(page)).toContainText('Paused');
});

for (const [colorScheme, start, found] of [
  ['light', 'Sweep every block', 'Test error without each block'],
  ['dark', 'Remove several', 'Test error without several blocks'],
] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, viewport: { width: 390, height: 844 } });

    test('both views on a phone: axe finds nothing, nothing to scroll sideways', async ({
      page,
    }) => {
      await openTrained(page);
      await view(page, 'Lesions').click();
      await button(page, start).click();
      await expect(button(page, 'Cancel sweep')).toBeHidden({ timeout: SLOW_MS });
      await expect(figure(page, found)).toBeVisible();
      expect(await violations(page), 'lesions').toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await view(page, 'Surface').click();
      await page.getByLabel('Points', { exact: true }).selectOption('5');
      await button(page, 'Compute surfaces').click();
      await expect(button(page, 'Cancel surfaces')).toBeHidden({ timeout: SLOW_MS });
      await expect(figure(page, 'Loss around the trained weights')).toBeVisible();
      expect(await violations(page), 'surface').toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    });
  });
}

test.describe('geometry', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('path and curvature of a short training, the line to a duplicate; axe finds nothing', async ({
    page,
  }) => {
    await openTiny(page);
    await button(page, 'Train').click();
    await waitForStep(page, 20);
    await button(page, 'Pause').click();
    await view(page, 'Geometry').click();
    await expect(page.getByText(/^Needs two networks of the same architecture/)).toBeVisible();
    await page.getByLabel('Points of the plane').selectOption('5');
    await button(page, 'Draw the path').click();
    await expect(button(page, 'Cancel path')).toBeHidden({ timeout: SLOW_MS });
    const path = figure(page, 'The path through the loss');
    await expect(path.getByRole('region', { name: 'Path of ResNet-6' })).toBeVisible();
    await expect(path).toContainText('% of the variance');
    await page.getByLabel('Points of the path').selectOption('3');
    await button(page, 'Measure curvature').click();
    await expect(button(page, 'Cancel curvature')).toBeHidden({ timeout: SLOW_MS });
    const curvature = figure(page, 'Curvature along the path');
    await curvature.getByText('These values as a table').click();
    await expect(
      curvature.getByRole('group', { name: 'Table of curvatures of ResNet-6' }).getByRole('row'),
    ).toHaveCount(4);
    expect(await violations(page), 'geometry').toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });
});
