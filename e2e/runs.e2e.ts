import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import { button, fill, openTiny, SLOW_MS, status, test, waitForStep } from './support/page.ts';

const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true });
const row = (page: Page, name: RegExp) =>
  page.getByRole('table', { name: /^Live and kept runs/ }).getByRole('row', { name });

async function openShort(page: Page, steps: number): Promise<void> {
  await openTiny(page);
  await fill(page, 'Steps', `${steps}`);
}

async function finish(page: Page): Promise<void> {
  await button(page, 'Train').click();
  await expect(status(page)).toContainText('Finished', { timeout: SLOW_MS });
}

async function choose(at: Locator, ...items: (string | RegExp)[]): Promise<void> {
  await at.getByRole('button', { name: /^Actions for/ }).click();
  for (const name of items) await at.page().getByRole('menuitem', { name }).click();
}

test('a finished run is kept: after a new visit it is in the table, is drawn, compared and deleted', async ({
  page: first,
}) => {
  test.setTimeout(300_000);
  await openShort(first, 12);
  await finish(first);
  await tab(first, 'Runs').click();
  await expect(row(first, /^live ResNet-6/)).toContainText('12');
  await expect(first.getByText(/^2 runs kept in this browser/)).toBeVisible();

  const page = await first.context().newPage();
  await first.close();
  await openTiny(page);
  await fill(page, 'Batch size', '16');
  await tab(page, 'Runs').click();
  const kept = row(page, /^Draw Plain-6/);
  await expect(kept).toContainText('batch 8');
  expect(await violations(page)).toEqual([]);

  // Once pinned, it is drawn beside the runs that have not started.
  await kept.getByRole('checkbox').check();
  await tab(page, 'Curves').click();
  await expect(page.getByText(/^Plain-6, kept \d/).first()).toBeVisible();
  await tab(page, 'Runs').click();

  await choose(kept, 'Set as baseline');
  await expect(row(page, /^live ResNet-6/)).toContainText('−12');
  const sort = page.getByRole('columnheader', { name: 'Steps' });
  await sort.getByRole('button').press('Enter');
  await expect(sort).toHaveAttribute('aria-sort', 'descending');
  await page.getByLabel('with', { exact: true }).selectOption({ label: 'ResNet-6 (live, step 0)' });
  const diff = page.getByRole('table', { name: /differ$/ });
  await expect(diff.getByRole('row')).toHaveText([
    /^Setting/,
    /^Shortcuts\s*off\s*on/,
    /^Batch size\s*8\s*16/,
    /^Steps\s*12\s*1,000,000/,
  ]);

  const downloading = page.waitForEvent('download');
  await choose(kept, /Save curves and config/);
  const json: unknown = JSON.parse(await readFile(await (await downloading).path(), 'utf8'));
  expect(json).toMatchObject({
    format: 'residual-playground-run',
    stepsDone: 12,
    config: { training: { batchSize: 8 } },
    curves: { step: Array.from({ length: 12 }, (_, step) => step) },
  });

  await kept.getByRole('button', { name: /^Actions for/ }).press('Enter');
  await page.getByRole('menuitem', { name: 'Delete' }).press('Enter');
  await expect(kept).toBeHidden();
  await expect(button(page, 'Undo')).toBeFocused();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(kept).toBeVisible();
  await choose(kept, 'Delete');
  await button(page, 'Delete for good').click();
  await expect(page.getByText(/^1 run kept in this browser/)).toBeVisible();
});

test('what is reset after training is kept, and an unreadable record harms no other', async ({
  page,
}) => {
  await openTiny(page);
  await button(page, 'Train').click();
  await waitForStep(page, 12);
  await button(page, 'Reset').click();
  await expect(status(page)).toContainText('step 0');
  await tab(page, 'Runs').click();
  await expect(page.getByText(/^2 runs kept in this browser/)).toBeVisible();
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('run-library');
        opening.onsuccess = () => {
          const change = opening.result.transaction('records', 'readwrite');
          change.objectStore('records').put({ version: 1, id: 'x' }, 'x');
          change.oncomplete = () => resolve();
          change.onerror = () => reject(change.error);
        };
      }),
  );
  await page.reload();
  await expect(page.getByRole('alert')).toContainText('A kept run can’t be read');
  await expect(page.getByText(/^2 runs kept in this browser/)).toBeVisible();
  await button(page, 'Delete it').click();
  await expect(page.getByRole('alert')).toBeHidden();
});
