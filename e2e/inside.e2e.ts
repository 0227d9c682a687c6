import { expect, type Page } from '@playwright/test';
import { encode } from 'fast-png';
import { violations } from './support/axe.ts';
import { button, figure, openTiny, SLOW_MS, status, stepsDone, test } from './support/page.ts';

const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true });

async function openInside(page: Page): Promise<void> {
  await openTiny(page);
  await button(page, 'Step').click();
  await expect.poll(() => stepsDone(page), { timeout: SLOW_MS }).toBe(1);
  await expect(status(page)).toContainText('Paused');
  await tab(page, 'Inside').click();
}

async function expectAccessible(page: Page, state: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((name) => {
      document.documentElement.dataset.theme = name;
    }, theme);
    expect(await violations(page), `${state}, ${theme}`).toEqual([]);
  }
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth))
    .toBeLessThanOrEqual(0);
}

test('a cell of the confusion matrix opens its images, and an image its activation maps', async ({
  page,
}) => {
  await openInside(page);
  await button(page, 'Classify the test images').click();
  // The button keeps the focus while it measures.
  await expect(button(page, 'Measure again')).toBeEnabled({ timeout: SLOW_MS });
  await expect(button(page, 'Measure again')).toBeFocused();
  const matrix = page.getByRole('figure', { name: /^Confusion matrix of / }).first();
  await page.getByRole('combobox', { name: 'Cells' }).selectOption('images');
  const counts = await matrix.getByRole('cell').getByRole('button').allTextContents();
  expect(counts).toHaveLength(100);
  expect(counts.reduce((sum, text) => sum + Number(text), 0)).toBe(20);

  const filled = matrix.getByRole('button').filter({ hasText: /\d/ }).first();
  const count = Number(await filled.textContent());
  const name = (await filled.getAttribute('aria-label')) ?? '';
  // The arrow keys move the focus away and back.
  await filled.focus();
  const away = name.includes('truck') ? 'ArrowUp' : 'ArrowDown';
  await page.keyboard.press(away);
  await expect(filled).not.toBeFocused();
  await page.keyboard.press(away === 'ArrowUp' ? 'ArrowDown' : 'ArrowUp');
  await expect(filled).toBeFocused();
  await page.keyboard.press('Enter');
  const [what = ''] = name.split(':');
  await expect(
    page.getByRole('heading', { name: new RegExp(`^${what.split(' ')[0]}`) }),
  ).toBeFocused();
  await expect(page.getByRole('img', { name: /^Test image \d+:/ })).toHaveCount(
    Math.min(24, count),
  );
  await expectAccessible(page, 'confusion');

  await page
    .getByRole('button', { name: /^Maps of test image/ })
    .first()
    .click();
  await button(page, 'Trace this image').click();
  await expect(page.getByRole('radiogroup', { name: 'Depth' })).toBeVisible({ timeout: SLOW_MS });
  const maps = (layer: string) => page.getByRole('group', { name: layer });
  await page.getByRole('radio', { name: 'Block layer1.0' }).click();
  await expect(maps('F(x): branch, before the addition')).toHaveCount(2);
  await expect(maps('F(x) + x: after the addition')).toHaveCount(1);
  await expect(page.getByText('No shortcut: nothing is added.')).toHaveCount(2);
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: 'Block layer2.0' })).toBeFocused();
  await expect(maps('F(x): branch, before the addition').first()).toHaveAccessibleName(
    /: 8 × \d+×\d+, mean/,
  );
  await maps('F(x): branch, before the addition').first().press('ArrowRight');
  await expect(page.getByText(/^channel 1: /)).toHaveCount(4 + 2);
  await expectAccessible(page, 'maps');
  await expectNoSidewaysScroll(page);
});

test('one’s own picture reaches the networks unchanged, by file and by paste; a file that is not a picture is refused', async ({
  page,
}) => {
  await openInside(page);
  await tab(page, 'First filters').click();
  await button(page, 'Read the filters').click();
  await expect(page.getByRole('img', { name: /^Filter \d, norm/ })).toHaveCount(8, {
    timeout: SLOW_MS,
  });
  await expectAccessible(page, 'filters');

  await tab(page, 'Your own picture').click();
  const pixels = Uint8Array.from({ length: 3072 }, (_, i) => (i * 89 + (i >> 3)) % 256);
  const png = encode({ width: 32, height: 32, data: pixels, channels: 3 });
  const file = page.getByLabel('Picture', { exact: true });
  await file.setInputFiles({ name: 'mine.png', mimeType: 'image/png', buffer: Buffer.from(png) });
  const answers = page.getByRole('region', { name: /on your picture$/ });
  await expect(answers).toHaveCount(2, { timeout: SLOW_MS });
  await expect(answers.first().getByRole('listitem')).toHaveCount(5);
  const seen = await figure(page, 'What the networks see')
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => [
      ...(canvas.getContext('2d')?.getImageData(0, 0, 32, 32).data ?? []),
    ]);
  expect(seen.filter((_, i) => i % 4 !== 3)).toEqual([...pixels]);
  await expectAccessible(page, 'picture');

  await file.setInputFiles({
    ...{ name: 'notes.txt', mimeType: 'text/plain' },
    buffer: Buffer.from('no picture'),
  });
  await expect(
    page.getByRole('alert').filter({ hasText: 'notes.txt is not a picture' }),
  ).toBeVisible();
  await expect(answers).toHaveCount(2);

  await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(80, 40);
    canvas.getContext('2d')?.fillRect(0, 0, 80, 40);
    const blob = await canvas.convertToBlob({ type: 'image/webp' });
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([blob], 'image.webp', { type: blob.type }));
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  });
  await expect(figure(page, 'Your picture')).toContainText('The pasted picture, 80×40');
  await expect(page.getByRole('alert').filter({ hasText: 'notes.txt' })).toBeHidden();
  await expectNoSidewaysScroll(page);
});
