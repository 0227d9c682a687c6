import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import { button, openTiny, status, stepsDone, test, waitForStep } from './support/page.ts';

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

/** Leaves the page and opens it again, which is not a reload. */
async function visitAgain(page: Page): Promise<Page> {
  await page.goto('about:blank');
  await openTiny(page);
  return page;
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

test('where the newest checkpoint was damaged, the one before is offered; it can be discarded', async ({
  page,
}) => {
  await openTiny(page);
  await trainTo(page, 3);
  const before = await page.getByText(/^Kept in this browser: step/).textContent();
  await button(page, 'Step').click();
  await expect(page.getByText(/^Kept in this browser: step/)).not.toHaveText(before ?? '');
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('checkpoints');
    const names: string[] = [];
    for await (const name of folder.keys()) names.push(name);
    const newest = names.sort().at(-1) ?? '';
    const writable = await (await folder.getFileHandle(newest)).createWritable({
      keepExistingData: true,
    });
    await writable.truncate(1000);
    await writable.close();
  });
  const later = await visitAgain(page);
  await expect(offer(later)).toContainText('The newest checkpoint was skipped: file is cut off');
  const step = /step (\d+(?:,\d+)*)/.exec(before ?? '')?.[1];
  await expect(offer(later)).toContainText(`at step ${step} of`);
  expect(await violations(later)).toEqual([]);
  await button(later, 'Discard').click();
  await expect(offer(later)).toBeHidden();
  const again = await visitAgain(later);
  await expect(offer(again)).toBeHidden();
});
