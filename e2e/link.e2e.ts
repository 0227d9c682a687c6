import { expect, type Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import { exportMetrics } from './support/metrics.ts';
import { button, figure, openTinyOnWebGpu, run, SLOW_MS, status, test } from './support/page.ts';

/** One tiny net on drawn images. */
const ONE_TINY =
  'v=1&model.stageDepths=1,1&model.stageWidths=4,8&training.batchSize=8&data.source=synthetic&data.train=200&data.test=20';

async function openLink(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
}

/** Losses of the first ten steps, run by run. */
async function tenLosses(page: Page): Promise<number[]> {
  await button(page, 'Train').click();
  await expect(status(page)).toContainText('Finished', { timeout: SLOW_MS });
  const rows = (await exportMetrics(page)).filter(({ trainLoss }) => !Number.isNaN(trainLoss));
  return rows.filter(({ step }) => step < 10).map(({ trainLoss }) => trainLoss);
}

async function sharedLink(page: Page): Promise<string> {
  await button(page, 'Share').click();
  const dialog = page.getByRole('dialog', { name: 'Share this comparison' });
  const link = await dialog.getByLabel('Link', { exact: true }).inputValue();
  await page.keyboard.press('Escape');
  await expect(button(page, 'Share')).toBeFocused();
  return link;
}

test('a link opened in a new profile gives the first ten losses exactly', async ({
  page,
  browser,
}) => {
  await openTinyOnWebGpu(page);
  await page.getByLabel('Steps', { exact: true }).fill('10');
  await page.getByLabel('Steps', { exact: true }).press('Enter');
  await page.getByLabel('Seed', { exact: true }).fill('7');
  await page.getByLabel('Seed', { exact: true }).press('Enter');
  const losses = await tenLosses(page);
  expect(losses).toHaveLength(20);
  const link = await sharedLink(page);
  expect(link).toContain('#v=1&engine=webgpu&model.stageDepths=1,1&model.stageWidths=4,8&');
  expect(link).toContain('&kernels=k');
  expect(link).toContain('&run2.model.shortcuts=off');
  // The address bar holds the same link, so a bookmark works too.
  await expect.poll(() => page.url()).toBe(link);

  const profile = await browser.newContext({ locale: 'en-US' });
  const other = await profile.newPage();
  await openLink(other, link);
  await expect(run(other, 1)).toBeVisible();
  expect(await tenLosses(other)).toEqual(losses);
  await profile.close();
});

test('a hostile link is refused by name in plain text, and the rest of it is kept', async ({
  page,
}) => {
  const hostile = [
    'model.block=<img src=x onerror=alert(1)>',
    '__proto__.polluted=1',
    'training.learningRate=1e99',
    'name=%E0%A4%A',
    'view=javascript:alert(1)',
  ];
  await openLink(page, `./#${ONE_TINY}&training.seed=3&${hostile.join('&')}`);
  const notice = page.getByRole('note').filter({ hasText: 'left out; the rest was applied' });
  await expect(notice.getByRole('listitem')).toHaveCount(hostile.length);
  await expect(notice).toContainText('training.learningRate: Must be a number from 0 to 100');
  await expect(notice).toContainText('__proto__.polluted: There is no such field');
  await expect(notice.locator('img')).toHaveCount(0);
  await expect(page.getByLabel('Seed', { exact: true })).toHaveValue('3');
  await expect(page.getByLabel('Batch size', { exact: true })).toHaveValue('8');
  expect(await violations(page)).toEqual([]);
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await expect(notice).toBeHidden();
});

test('a link that is too long is refused, and the page trains', async ({ page }) => {
  await openLink(page, `./#${ONE_TINY}&name=${'x'.repeat(12_000)}`);
  await expect(page.getByRole('button', { name: 'Train' })).toBeEnabled();
  await page.goto(`./?again#name=${'x'.repeat(1_000_000)}`);
  await expect(page.getByRole('note').filter({ hasText: '20,000' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train' })).toBeEnabled();
});

test('a teacher’s link hides and locks; the lock can be taken off', async ({ page }) => {
  await openLink(page, `./#${ONE_TINY}`);
  await button(page, 'Share').click();
  const dialog = page.getByRole('dialog', { name: 'Share this comparison' });
  await dialog.getByText('For teachers').click();
  await dialog.getByText('Choose field by field').click();
  for (const part of ['Images', 'Seed', 'Reset']) {
    await dialog.getByRole('checkbox', { name: part, exact: true }).check();
  }
  await dialog.getByRole('checkbox', { name: /^Lock the networks/ }).check();
  expect(await violations(page)).toEqual([]);
  const link = await dialog.getByLabel('Link', { exact: true }).inputValue();
  expect(link).toContain('hide=data,training.seed,reset&lock=on');
  await expect(dialog.getByRole('link', { name: 'Open it in a new tab' })).toHaveAttribute(
    'href',
    link,
  );

  await page.goto('about:blank');
  await openLink(page, link);
  await expect(page.getByText('Locked by the link.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Images', exact: true })).toHaveCount(0);
  await expect(page.getByLabel('Seed', { exact: true })).toHaveCount(0);
  await expect(button(page, 'Reset')).toHaveCount(0);
  await expect(figure(page, 'Loss')).toBeVisible();
  const depths = page.getByLabel('Blocks per stage', { exact: true });
  await expect(depths).toBeDisabled();
  await expect(run(page, 0).getByRole('switch', { name: 'Shortcuts' })).toBeDisabled();
  await run(page, 0).getByRole('switch', { name: 'Shortcut layer1.0' }).press('Space');
  await expect(run(page, 0).getByRole('switch', { name: 'Shortcut layer1.0' })).toBeChecked();
  expect(await violations(page)).toEqual([]);

  await button(page, 'Unlock').click();
  await expect(depths).toBeEnabled();
  await expect.poll(() => page.url()).not.toContain('lock=');
  expect(page.url()).toContain('hide=data,training.seed,reset');
});

test('a lesson: the student expects, the page trains, and answers; only cuts are allowed', async ({
  page,
}) => {
  await openLink(page, `./#${ONE_TINY}&training.steps=300&run2.model.shortcuts=off`);
  await button(page, 'Share').click();
  const dialog = page.getByRole('dialog', { name: 'Share this comparison' });
  await dialog.getByText('For teachers').click();
  await dialog.getByRole('radio', { name: /^Cut only/ }).check();
  await dialog.getByLabel('Task', { exact: true }).fill('<b>Cut</b> the shortcuts.');
  await dialog.getByRole('button', { name: 'Ask a question' }).click();
  await dialog.getByRole('button', { name: 'Ask another' }).click();
  await dialog.getByLabel('at step').last().fill('120');
  expect(await violations(page)).toEqual([]);
  const link = await dialog.getByLabel('Link', { exact: true }).inputValue();
  expect(link).toContain('lock=cut&task=%3Cb%3ECut%3C/b%3E+the+shortcuts.&ask=lead.100,cut.120');

  await page.goto('about:blank');
  await openLink(page, link);
  const lesson = page.getByRole('region', { name: 'Task' });
  await expect(lesson).toContainText('<b>Cut</b> the shortcuts.');
  await expect(page.getByRole('tab')).toHaveCount(0);
  await expect(page.getByLabel('Batch size', { exact: true })).toHaveCount(0);
  const width = await run(page, 0).evaluate((card) => card.parentElement?.offsetWidth);
  expect(width).toBeGreaterThan(1200);
  const [which, cut] = [lesson.getByRole('group').first(), lesson.getByRole('group').last()];
  await cut.getByRole('radio', { name: 'It rises' }).check();
  expect(await violations(page)).toEqual([]);

  await button(page, 'Train').click();
  await expect(status(page)).toContainText('Finished', { timeout: SLOW_MS });
  await expect(which.getByRole('radio').first()).toBeDisabled();
  await expect(
    lesson.getByText(/^Measured: (ResNet|Plain)-\d has a training loss of/),
  ).toBeVisible();
  await expect(lesson.getByText(/xpected\. Cut at step 120, the training loss/)).toBeVisible();
  await expect(run(page, 0).getByRole('switch', { name: 'Shortcuts' })).toBeEnabled();
  expect(await violations(page)).toEqual([]);
  await button(page, 'Unlock').click();
  await expect(page.getByLabel('Batch size', { exact: true })).toBeVisible();
});

test('a link pasted while runs train waits for a word', async ({ page }) => {
  await openLink(page, `./#${ONE_TINY}`);
  await button(page, 'Step').click();
  await expect(status(page)).toContainText('step 1');
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `${ONE_TINY}&training.seed=5`);
  await expect(page.getByText('Open the link in place of these runs?')).toBeVisible();
  await button(page, 'Keep these runs').click();
  await expect(status(page)).toContainText('step 1');
  await expect.poll(() => page.url()).not.toContain('seed=5');
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `${ONE_TINY}&training.seed=5`);
  await button(page, 'Open the link').click();
  await expect(status(page)).toContainText('step 0');
  await expect(page.getByLabel('Seed', { exact: true })).toHaveValue('5');
});
