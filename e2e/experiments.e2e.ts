import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import { button, SLOW_MS, TINY, test } from './support/page.ts';

const EXPERIMENTS = [
  'Degradation',
  'Gradient flow',
  'Depth sweep',
  'The vanishing gradient, tested',
  'ReLU, tanh, sigmoid',
  'Shortcut options A, B, C',
  'Scaled and gated shortcuts',
  'Basic or bottleneck',
  'Pre-activation',
  'Order in the block',
  'Stochastic depth',
  'Zero-initialised residual',
  'Without BatchNorm',
  'Few images at a time',
  'Depth 110, warm-up',
  'The ladder of recipes',
  // The last one: its result is looked at below.
  'Shortcut surgery',
] as const;

/** Its arms take 400 steps, those of the others four. */
const LONGEST = 'Depth 110, warm-up';

const card = (page: Page) => page.getByRole('region', { name: /^Experiment: / });

async function start(page: Page, title: string): Promise<void> {
  await button(page, 'Experiments').click();
  const gallery = page.getByRole('dialog', { name: 'Experiments' });
  await gallery.getByRole('button', { name: new RegExp(`^${title}, Tiny`) }).click();
  await expect(gallery).toBeHidden();
}

test('every experiment runs to its figure in its smallest size', async ({ page }) => {
  test.setTimeout(420_000);
  await page.goto(`./?tiny#${TINY}`);
  await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });

  await button(page, 'Experiments').click();
  const gallery = page.getByRole('dialog', { name: 'Experiments' });
  await expect(gallery.getByRole('listitem')).toHaveCount(EXPERIMENTS.length);
  // Every size says how long it would take on this machine.
  await expect(
    gallery.getByRole('button', { name: /, (Small|Full|Paper), .*(s|min|h|days)$/ }),
  ).toHaveCount(3 * EXPERIMENTS.length);
  expect(await violations(page), 'gallery').toEqual([]);
  await page.keyboard.press('Escape');
  await expect(button(page, 'Experiments')).toBeFocused();

  for (const title of EXPERIMENTS) {
    await start(page, title);
    if (title === LONGEST) {
      await expect(card(page)).toContainText(/[1-9]\d* of 400 steps/);
      await page.reload();
    }
    await expect(card(page)).toContainText('What to look for');
    const result = page.getByRole('figure', { name: `Result: ${title}` });
    await expect(result).toBeVisible({ timeout: SLOW_MS });
    await expect(result).toContainText(/published/);
    await expect(result).toContainText(title);
  }
  // What was reloaded in the middle went on by itself, from where it was.
  await expect(page.getByText('The runs start again at step 0.')).toBeHidden();
  expect(await violations(page), 'result').toEqual([]);

  // The cut shows in the figure and in the table.
  const result = page.getByRole('figure', { name: 'Result: Shortcut surgery' });
  await expect(result.getByText('cut', { exact: true })).toBeVisible();
  await card(page).getByText('The numbers').click();
  await expect(card(page).getByRole('row')).toHaveCount(5);

  const download = page.waitForEvent('download');
  await button(page, 'Export figure, SVG').click();
  const svg = await readFile(await (await download).path(), 'utf8');
  expect(svg).toContain('Shortcut surgery');
  expect(svg).not.toContain('var(--');
  const image = page.waitForEvent('download');
  await button(page, 'Export figure, PNG').click();
  const png = await readFile(await (await image).path());
  expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  expect(png.readUInt32BE(16)).toBe(1920);

  // Finished experiments survive a reload: the one shown, and the others.
  await page.reload();
  await expect(result).toBeVisible({ timeout: SLOW_MS });
  await start(page, 'Degradation');
  await expect(page.getByRole('figure', { name: 'Result: Degradation' })).toBeVisible();
});
