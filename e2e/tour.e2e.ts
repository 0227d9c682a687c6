import { expect, type Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import { button, run, SLOW_MS, stepsDone, test } from './support/page.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

const panel = (page: Page, step: number) =>
  page.getByRole('dialog', { name: `Tour, step ${step} of 5` });

/** Tabs to a button of the panel, then presses it. */
async function press(page: Page, step: number, name: string): Promise<void> {
  const target = panel(page, step).getByRole('button', { name, exact: true });
  await panel(page, step).getByRole('heading').focus();
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) break;
  }
  await expect(target).toBeFocused();
  await page.keyboard.press('Enter');
}

test('the tour is offered once, done by keyboard on a phone, and quotes the nets', async ({
  page,
}) => {
  test.setTimeout(300_000);
  await page.goto('./');
  await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
  // Tiny nets replace the pair that was offered: the hash is a link.
  await expect(button(page, 'See the point in five steps')).toBeVisible();
  await page.evaluate(() => {
    location.hash =
      'v=1&model.stageDepths=1,1&model.stageWidths=4,8&training.batchSize=8&training.steps=1000000&data.source=synthetic&data.train=200&data.test=20&run2.model.shortcuts=off';
  });
  await expect(run(page, 0)).toHaveAccessibleName('ResNet-6');
  await expect(button(page, 'See the point in five steps')).toBeHidden();

  await button(page, 'Tour').press('Enter');
  await expect(panel(page, 1).getByRole('heading')).toBeFocused();
  await expect(panel(page, 1)).toContainText('ResNet-6 and Plain-6 have the same layers');
  await expect(button(page, 'Pause')).toBeInViewport();
  expect(await violations(page)).toEqual([]);
  // Disabled while the link's nets are compiled.
  await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
  await button(page, 'Train').press('Enter');
  await expect(panel(page, 1)).toContainText(/Both are training: step \d+/, { timeout: SLOW_MS });
  // Progress does not move the focus.
  expect(await stepsDone(page)).toBeGreaterThan(0);
  await expect(panel(page, 1).getByRole('heading')).not.toBeFocused();

  await press(page, 1, 'Next');
  await expect(panel(page, 2)).toContainText(/At step \d+: ResNet-6 \d\.\d\d, Plain-6 \d\.\d\d\./, {
    timeout: SLOW_MS,
  });
  expect(await violations(page)).toEqual([]);
  await press(page, 2, 'Next');
  await expect(panel(page, 3)).toContainText(/[\d.]+ in Plain-6, [\d.]+ in ResNet-6/);
  expect(await violations(page)).toEqual([]);

  await press(page, 3, 'Next');
  await expect(panel(page, 4)).toContainText('Switch the Shortcuts of ResNet-6 off');
  expect(await violations(page)).toEqual([]);
  await run(page, 0).getByRole('switch', { name: 'Shortcuts', exact: true }).press('Space');
  await expect(panel(page, 4)).toContainText(/ResNet-6 lost shortcuts at step \d+/);
  await press(page, 4, 'Next');
  await expect(panel(page, 5)).toContainText(/\d\.\d\d before the cut, \d\.\d\d right after it/, {
    timeout: SLOW_MS,
  });
  expect(await violations(page)).toEqual([]);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  ).toBeLessThanOrEqual(0);
  await press(page, 5, 'Finish');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(button(page, 'Tour')).toBeFocused();
});

test('who declines the tour is not asked again; Escape ends it', async ({ page }) => {
  await page.goto('./');
  const offer = button(page, 'See the point in five steps');
  await expect(offer).toBeVisible({ timeout: SLOW_MS });
  expect(await violations(page)).toEqual([]);
  await button(page, 'No tour').press('Enter');
  await expect(offer).toBeHidden();
  await expect(button(page, 'Tour')).toBeFocused();
  await page.reload();
  await expect(button(page, 'Tour')).toBeEnabled({ timeout: SLOW_MS });
  await expect(offer).toBeHidden();
  await button(page, 'Tour').press('Enter');
  await expect(panel(page, 1).getByRole('heading')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(button(page, 'Tour')).toBeFocused();
});
