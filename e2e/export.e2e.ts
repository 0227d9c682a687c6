import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { buildGraph } from '../src/model/builder.ts';
import { parseRunConfig } from '../src/model/parse.ts';
import { readSafetensors } from '../src/weights/readSafetensors.ts';
import { stateFor } from '../src/weights/stateDict.ts';
import { button, openTiny, status, test, waitForStep } from './support/page.ts';

test('exports weights that read back as the network they were trained in', async ({ page }) => {
  await openTiny(page);
  await button(page, 'Train').click();
  await waitForStep(page, 2);
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused');
  await button(page, 'Export').click();
  const downloading = page.waitForEvent('download');
  await page
    .getByRole('menuitem', { name: /\.safetensors/ })
    .first()
    .click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/\.safetensors$/);

  const file = readSafetensors(await readFile(await download.path()));
  const config = parseRunConfig(JSON.parse(file.metadata.get('config') ?? ''));
  expect(config.model.stageWidths).toEqual([4, 8]);
  const { state, unused } = stateFor(buildGraph(config.model), file);
  expect(unused).toEqual([]);
  expect(state.get('conv1.weight')?.shape).toEqual([4, 3, 3, 3]);
  expect(state.get('layer2.0.bn2.running_var')?.shape).toEqual([8]);
  for (const { data } of state.values()) expect(data.every(Number.isFinite)).toBe(true);
  const mean = state.get('bn1.running_mean')?.data ?? [];
  expect(Math.max(...mean.map(Math.abs))).toBeGreaterThan(0);
});

test('exports the metrics as CSV and a chart as SVG', async ({ page }) => {
  await openTiny(page);
  await button(page, 'Step').click();
  await waitForStep(page, 1);
  await expect(status(page)).toContainText('Paused');
  const save = async (item: RegExp): Promise<string> => {
    await button(page, 'Export').click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: item }).click();
    return readFile(await (await downloading).path(), 'utf8');
  };
  expect((await save(/\.csv/)).split('\n').length).toBeGreaterThan(2);
  expect(await save(/^Loss.*\.svg/)).toMatch(/^<svg|^<\?xml/);
});
