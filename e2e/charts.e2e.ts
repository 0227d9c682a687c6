/** Reading the charts of four long runs: cursor, zoom, axes, legend, layers and images. A fake worker makes the runs up. */
import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import { withFakeWorker } from './support/fakeWorker.ts';
import { button, figure, SLOW_MS, status, test } from './support/page.ts';

test.beforeEach(async ({ page }) => {
  await withFakeWorker(page, { stored: 2000 });
  await page.goto('./');
  await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
  for (let i = 0; i < 2; i++) await button(page, 'Add run').click();
  await button(page, 'Train').click();
  await expect(status(page)).toContainText('Paused', { timeout: SLOW_MS });
  await expect(lines(page, 'Loss')).toHaveCount(4);
});

const lines = (page: Page, name: string) => figure(page, name).locator('path.chart-line');
const plot = (page: Page, name: string) => figure(page, name).getByRole('group').first();
/** All text of a chart, the labels of its axes included. */
const texts = (page: Page, name: string) => figure(page, name).locator('svg.chart').first();

test('cursor and zoom move all charts, by pointer and by keyboard', async ({ page }) => {
  const gradients = 'Gradient norm by layer';
  await expect(texts(page, 'Accuracy')).toContainText('1,500');
  await plot(page, 'Loss').scrollIntoViewIfNeeded();
  const box = await plot(page, 'Loss').boundingBox();
  if (box === null) throw new Error('no plot');
  const at = (share: number) => [box.x + share * box.width, box.y + box.height / 2] as const;
  await page.mouse.move(...at(0.6));
  for (const name of ['Loss', 'Accuracy']) {
    await expect(figure(page, name).getByRole('row', { name: /^ResNet-20 \d/ })).toBeVisible();
  }
  await expect(figure(page, gradients).getByText(/^At step [\d,]+$/)).toBeVisible();

  await page.mouse.down();
  await page.mouse.move(...at(0.65));
  await page.mouse.move(...at(0.7));
  await page.mouse.up();
  await expect(texts(page, 'Accuracy')).not.toContainText('500');
  await expect(texts(page, 'Accuracy')).toContainText(/1,[2-4]\d\d/);
  await expect(figure(page, gradients).locator('.heat-readout').first()).toContainText(
    /1,\d{3}.*step 1,\d{3}/,
  );
  await button(page, 'Reset zoom').click();
  await expect(texts(page, 'Accuracy')).toContainText('1,500');

  await plot(page, 'Accuracy').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(figure(page, 'Loss').getByText(/^step \d+$/)).toBeVisible();
  await page.keyboard.press('+');
  await expect(texts(page, 'Loss')).not.toContainText('1,500');
  await page.keyboard.press('0');
  await expect(texts(page, 'Loss')).toContainText('1,500');

  const heat = figure(page, gradients)
    .getByRole('group', { name: /^Heat map/ })
    .nth(1);
  await heat.focus();
  for (const key of ['End', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
  await expect(figure(page, gradients).locator('.heat-readout').nth(1)).toContainText(
    /conv2, block 1, first 3×3, steps? [\d,–]+: [\d.]+/,
  );
});

test('axes, smoothing and hidden runs; settings are there after a reload', async ({ page }) => {
  const path = () => lines(page, 'Loss').first().getAttribute('d');
  const before = await path();
  await page.getByLabel('Smoothing', { exact: true }).fill('0');
  await expect.poll(path).not.toBe(before);
  await page.getByLabel('Over').selectOption('epoch');
  await expect(texts(page, 'Loss')).toContainText('epoch');
  await page.getByRole('button', { name: /^Axes/ }).click();
  await page.getByLabel('log epochs').check();
  await page.getByLabel('log loss').check();
  await expect(texts(page, 'Loss')).toContainText('epoch, log scale');
  await expect(texts(page, 'Loss')).toContainText('cross-entropy, log scale');

  const entry = page.getByRole('list', { name: 'Runs on the charts' }).getByRole('button').nth(1);
  await entry.click();
  await expect(entry).toHaveAttribute('aria-pressed', 'false');
  await expect(lines(page, 'Loss')).toHaveCount(3);
  await entry.click();
  await expect(lines(page, 'Loss')).toHaveCount(4);
  expect(await violations(page)).toEqual([]);

  await page.reload();
  await expect(page.getByLabel('Over')).toHaveValue('epoch');
  await page.getByRole('button', { name: /^Axes/ }).click();
  await expect(page.getByLabel('log loss')).toBeChecked();
  await expect(page.getByLabel('Smoothing', { exact: true })).toHaveAttribute(
    'aria-valuetext',
    'off',
  );
});

test('layers as lines and as a table, other statistics, and an image for a slide', async ({
  page,
}) => {
  const gradients = figure(page, 'Gradient norm by layer');
  await gradients.getByText('Single layers over the steps').click();
  await expect(gradients.locator('.layer-lines path.chart-line')).toHaveCount(12);
  await gradients.getByLabel('Add').selectOption('layer1.0.conv1');
  await expect(gradients.locator('.layer-lines path.chart-line')).toHaveCount(16);
  await gradients.getByText('These numbers as a table').click();
  await expect(
    gradients.getByRole('row', { name: /^conv4, block 3, last 3×3 [\d.]+ / }),
  ).toBeVisible();
  await gradients.getByLabel('Of', { exact: true }).selectOption({ index: 1 });
  await expect(gradients.getByRole('columnheader', { name: 'step 1,999' })).toBeVisible();
  expect(await violations(page)).toEqual([]);

  await gradients.getByLabel('Show', { exact: true }).selectOption('response deviation');
  await expect(figure(page, 'Response deviation by layer').locator('canvas')).toHaveCount(5);

  await button(page, 'Save the figure Loss').click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'SVG dark' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('loss.svg');
  const svg = await readFile(await download.path(), 'utf8');
  for (const text of ['Loss', 'ResNet-20', 'Plain-20', 'cross-entropy', 'step', '1,500']) {
    expect(svg).toContain(`>${text}<`);
  }
  expect(svg).not.toContain('data-export="no"');
  expect(svg).toContain('fill="rgb(18, 19, 20)"');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
});
