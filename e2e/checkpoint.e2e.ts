import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import {
  button,
  fill,
  openTiny,
  SLOW_MS,
  status,
  stepsDone,
  test,
  waitForStep,
} from './support/page.ts';

const offer = (page: Page) => page.getByRole('region', { name: 'Earlier training' });

async function trainTo(page: Page, step: number): Promise<void> {
  await button(page, 'Train').click();
  await waitForStep(page, step);
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused');
  // Checkpoints are also written while training; the one of the pause counts.
  const done = (await stepsDone(page)).toLocaleString('en-US');
  await expect(page.getByText(`Kept in this browser: step ${done}`)).toBeVisible();
}

test('a checkpoint is saved as a file and opened again; a damaged one is refused', async ({
  page,
}) => {
  await openTiny(page);
  await expect(button(page, 'Save checkpoint')).toBeDisabled();
  await button(page, 'Step').click();
  await waitForStep(page, 1);
  await expect(status(page)).toContainText('Paused');
  const downloading = page.waitForEvent('download');
  await button(page, 'Save checkpoint').click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^resnet-6-and-1-more-step-1\.checkpoint/);
  const file = await readFile(await download.path());

  await button(page, 'Reset').click();
  await expect(status(page)).toContainText('step 0');
  const choose = async (buffer: Buffer) => {
    const choosing = page.waitForEvent('filechooser');
    await button(page, 'Open checkpoint…').click();
    const name = 'checkpoint.safetensors';
    await (await choosing).setFiles({ name, mimeType: 'application/octet-stream', buffer });
  };
  await choose(file.subarray(0, file.length - 7));
  await expect(page.getByRole('alert')).toContainText(/cut off.*Nothing was changed/);
  await expect(status(page)).toContainText('step 0');
  await choose(file);
  await expect(status(page)).toContainText('step 1');
  await expect(page.getByRole('alert')).toBeHidden();
});

/** Overwrites a byte in so many slots of every training, the newest first, from a page that trains nothing. */
async function damage(page: Page, slots: number): Promise<void> {
  await page.goto('./favicon.svg');
  // Chromium ends the workers of the page that was left, which have the files open, some time after.
  await expect(async () => {
    await page.evaluate(async (count) => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle('checkpoints');
      const files: { name: string; sequence: number }[] = [];
      for await (const name of folder.keys()) {
        const file = await (await folder.getFileHandle(name)).getFile();
        const view = new DataView(await file.arrayBuffer());
        if (file.size > 0) files.push({ name, sequence: view.getFloat64(16, true) });
      }
      for (const { name } of files.sort((a, b) => b.sequence - a.sequence).slice(0, count)) {
        const file = await folder.getFileHandle(name);
        const writable = await file.createWritable({ keepExistingData: true });
        await writable.write({ type: 'write', position: 200, data: new Uint8Array(9) });
        await writable.close();
      }
    }, slots);
  }).toPass({ timeout: 20_000 });
}

test('where the newest checkpoint was damaged the one before is offered; where both were, that is said', async ({
  page,
}) => {
  await openTiny(page);
  await trainTo(page, 3);
  const before = await page.getByText(/^Kept in this browser: step/).textContent();
  await button(page, 'Step').click();
  await expect(page.getByText(/^Kept in this browser: step/)).not.toHaveText(before ?? '');
  await damage(page, 1);
  await openTiny(page);
  await expect(offer(page)).toContainText('The newest checkpoint was skipped: its checksum');
  const step = /step (\d+(?:,\d+)*)/.exec(before ?? '')?.[1];
  await expect(offer(page)).toContainText(`at step ${step} of`);
  expect(await violations(page)).toEqual([]);

  await damage(page, 2);
  await openTiny(page);
  const unreadable = page.getByText('Saved training can’t be read.');
  await expect(unreadable).toBeVisible();
  await expect(offer(page)).toBeHidden();
  expect(await violations(page)).toEqual([]);
  await button(page, 'Delete it').click();
  await expect(unreadable).toBeHidden();
});

test('two tabs keep their own runs, also one that was reset; a copy of a tab takes nothing; a crash leaves its run', async ({
  page,
}) => {
  const seedOf = (tab: Page) => tab.getByLabel('Seed', { exact: true });
  await openTiny(page);
  await fill(page, 'Seed', '1');
  const other = await page.context().newPage();
  await openTiny(other);
  await fill(other, 'Seed', '2');
  for (const tab of [page, other]) {
    await button(tab, 'Train').click();
    await waitForStep(tab, 20);
  }
  const [copy] = await Promise.all([
    other.waitForEvent('popup'),
    other.evaluate(() => void window.open(location.href)),
  ]);
  // The first one begins another training, and is reloaded at once.
  await button(page, 'Pause').click();
  await expect(page.getByText(/^Kept in this browser/)).toBeVisible();
  await button(page, 'Reset').click();
  await expect(status(page)).toContainText('step 0');
  await fill(page, 'Seed', '3');
  await button(page, 'Train').click();
  await waitForStep(page, 300);
  await Promise.all([page.reload(), other.reload()]);
  for (const [tab, seed] of [
    [page, '3'],
    [other, '2'],
  ] as const) {
    await expect(status(tab)).toContainText('Training', { timeout: SLOW_MS });
    expect(await stepsDone(tab)).toBeGreaterThan(0);
    await expect(seedOf(tab)).toHaveValue(seed);
    await expect(offer(tab)).toBeHidden();
  }
  await expect(button(copy, 'Train')).toBeEnabled({ timeout: SLOW_MS });
  await expect(offer(copy)).toBeHidden();
  await copy.close();

  // The renderer of the second one crashes.
  const crashed = other.waitForEvent('crash');
  const session = await other.context().newCDPSession(other);
  // It is never answered.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
  const next = await page.context().newPage();
  await openTiny(next);
  await expect(offer(next)).toContainText(/ResNet-6 and Plain-6, at step/);
  await button(next, 'Resume').click();
  await expect(offer(next)).toBeHidden();
  await expect(status(next)).toContainText('Paused');
  await expect(seedOf(next)).toHaveValue('2');
  await expect(status(page)).toContainText('Training');
});
