import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { readWeights } from '../src/weights/read/readWeights.ts';
import { button, openTiny, status, test, waitForStep } from './support/page.ts';

test('takes a run to PyTorch: script, checkpoint and images in one zip', async ({ page }) => {
  await openTiny(page);
  await button(page, 'Train').click();
  await waitForStep(page, 2);
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused');
  await button(page, 'Export').click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /\.zip/ }).first().click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/-pytorch\.zip$/);

  const files = new Map(
    Object.entries(unzipSync(await readFile(await download.path()))).map(([path, bytes]) => [
      path.split('/').at(-1) ?? '',
      bytes,
    ]),
  );
  const text = (name: string) => strFromU8(files.get(name) ?? new Uint8Array());
  expect(text('train.py')).toContain('self.layer2 = stage(4, 8, blocks=');
  expect(text('README.md')).toContain('torchrun --nproc_per_node=8 train.py');
  const { groups, metadata } = readWeights(files.get('checkpoint.pth') ?? new Uint8Array());
  const { tensors } = groups[0];
  expect(tensors.get('conv1.weight')?.shape).toEqual([4, 3, 3, 3]);
  expect(Number(metadata.get('step'))).toBeGreaterThanOrEqual(2);
});
