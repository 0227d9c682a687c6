/** A browser whose settings block site data: the page trains, says once what does not last, and survives reloads. */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, test } from '@playwright/test';
import { CHROMIUM_ARGS, chromiumPath } from './support/browser.ts';
import { button, status, TINY } from './support/page.ts';

/** Chromium's setting “Don’t allow sites to save data on your device”. */
const BLOCKED = JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } });

test('where site data is blocked the page trains, keeps runs in memory and says so once, also after reloads', async ({
  baseURL,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'blocked-'));
  await mkdir(join(folder, 'Default'));
  await writeFile(join(folder, 'Default', 'Preferences'), BLOCKED);
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: await chromiumPath(),
    args: CHROMIUM_ARGS,
    locale: 'en-US',
    ...(baseURL === undefined ? {} : { baseURL }),
  });
  try {
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(`./#${TINY.replace('steps=1000000', 'steps=12')}&data.source=synthetic`);
    await expect(page.evaluate(() => sessionStorage.length)).rejects.toThrow('SecurityError');
    await page.reload();
    await expect(button(page, 'Train')).toBeEnabled();
    await page.reload();
    await button(page, 'Train').click();
    await expect(status(page)).toContainText('Finished');
    await expect(page.getByText('This browser stores nothing for this page.')).toHaveCount(1);
    await expect(page.getByText('2 runs are not kept.')).toHaveCount(1);
    await expect(page.locator('body')).not.toContainText(
      /SecurityError|UnknownError|denied|DOMException/,
    );
    await page.getByRole('tab', { name: 'Runs', exact: true }).click();
    await expect(page.getByRole('cell', { name: 'not kept', exact: true })).toHaveCount(2);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: /^Save Plain-6 as a file/ }).click();
    expect((await stat(await (await saved).path())).size).toBeGreaterThan(1000);
    expect(errors).toEqual([]);
  } finally {
    await context.close();
    await rm(folder, { recursive: true });
  }
});
