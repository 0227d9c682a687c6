import { expect, type Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import { button, run, SLOW_MS, test } from './support/page.ts';

const PHONE = { width: 390, height: 844 };
const SIZES = [{ width: 1440, height: 900 }, { width: 1280, height: 720 }, PHONE];

test.use({ viewport: PHONE, hasTouch: true, contextOptions: { reducedMotion: 'reduce' } });

const panel = (page: Page, step: number) =>
  page.getByRole('dialog', { name: `Tour, step ${step} of 6` });

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

/** What the step is about is in view, beside the panel, in windows of every size. */
async function expectInView(page: Page, step: number): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await panel(page, step).getByRole('button', { name: 'Show me where' }).click();
    const seen = () =>
      page.evaluate(() => {
        const [target, panel] = ['[data-tour]', '.tour'].map((selector) =>
          document.querySelector(selector)?.getBoundingClientRect(),
        );
        if (target === undefined || panel === undefined) return 'nothing is outlined';
        if (target.top < 0 || target.bottom > window.innerHeight) return 'out of view';
        const beside = target.right <= panel.left || panel.right <= target.left;
        const above = target.bottom <= panel.top || panel.bottom <= target.top;
        return beside || above ? 'in view' : 'covered';
      });
    await expect.poll(seen, { message: `step ${step} at ${size.width}` }).toBe('in view');
  }
}

test('the tour is done by keyboard on a phone: the trained pair, cut and restored, then a fresh one', async ({
  page,
}) => {
  test.setTimeout(400_000);
  await page.goto('./');
  await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
  await button(page, 'See the point in six steps').press('Enter');
  await expect(panel(page, 1).getByRole('heading')).toBeFocused();
  await press(page, 1, 'Open the pair');
  await expect(panel(page, 1)).toContainText(
    'ResNet-32 classifies 66 % of the test images correctly and Plain-32 41 %',
    { timeout: SLOW_MS },
  );
  await expectInView(page, 1);
  expect(await violations(page)).toEqual([]);

  await press(page, 1, 'Next');
  await expect(panel(page, 2)).toContainText('Switch Shortcuts off for ResNet-32');
  await expectInView(page, 2);
  await run(page, 0).getByRole('switch', { name: 'Shortcuts', exact: true }).press('Space');
  await expect(panel(page, 2)).toContainText(/takes effect with the next step|at step 10,000/);
  await press(page, 2, 'Next');
  await expectInView(page, 3);
  await button(page, 'Train').press('Enter');
  // Progress does not move the focus.
  await expect(panel(page, 3)).toContainText(
    /Ten steps after the cut, the loss of ResNet-32( \(now plain\))? went from 0\.83 to \d\.\d\d/,
    { timeout: SLOW_MS },
  );
  await expectInView(page, 3);
  expect(await violations(page)).toEqual([]);

  await press(page, 3, 'Next');
  await run(page, 0).getByRole('switch', { name: 'Shortcuts', exact: true }).press('Space');
  await expect(panel(page, 4)).toContainText(
    /With its shortcuts back.* from \d\.\d\d to \d\.\d\d/,
    {
      timeout: SLOW_MS,
    },
  );
  await expectInView(page, 4);
  await press(page, 4, 'Next');
  await press(page, 5, 'Set up a fresh pair');
  await expect(panel(page, 5)).toContainText('start from the same weights');
  await expectInView(page, 5);
  await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
  await button(page, 'Train').press('Enter');
  await expect(panel(page, 5)).toContainText(/Step \d+/, { timeout: SLOW_MS });
  await press(page, 5, 'Next');
  await expect(panel(page, 6)).toContainText(/[\d.]+ times the last one’s in Plain-/, {
    timeout: SLOW_MS,
  });
  await expectInView(page, 6);
  expect(await violations(page)).toEqual([]);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  ).toBeLessThanOrEqual(0);
  await press(page, 6, 'Finish');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(button(page, 'Tour')).toBeFocused();
});

test('who declines the tour is not asked again; Escape ends it and brings one’s own runs back', async ({
  page,
}) => {
  await page.goto('./');
  const offer = button(page, 'See the point in six steps');
  await expect(offer).toBeVisible({ timeout: SLOW_MS });
  expect(await violations(page)).toEqual([]);
  await button(page, 'No tour').press('Enter');
  await expect(offer).toBeHidden();
  await expect(button(page, 'Tour')).toBeFocused();
  // Tiny nets replace the pair that was offered: the hash is a link.
  await page.evaluate(() => {
    location.hash =
      'v=1&model.stageDepths=1,1&model.stageWidths=4,8&training.batchSize=8&data.train=200&data.test=20';
  });
  await expect(run(page, 0)).toHaveAccessibleName('ResNet-6');
  await page.reload();
  await expect(button(page, 'Step')).toBeEnabled({ timeout: SLOW_MS });
  await expect(offer).toBeHidden();
  await button(page, 'Step').press('Enter');
  await expect(page.getByRole('status')).toContainText('step 1 ', { timeout: SLOW_MS });
  await button(page, 'Tour').press('Enter');
  await expect(panel(page, 1)).toContainText('Your runs are set aside');
  await press(page, 1, 'Open the pair');
  await expect(run(page, 0)).toHaveAccessibleName('ResNet-32', { timeout: SLOW_MS });
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(button(page, 'Tour')).toBeFocused();
  await expect(run(page, 0)).toHaveAccessibleName('ResNet-6', { timeout: SLOW_MS });
  await expect(page.getByRole('status')).toContainText('step 1 ');
});
