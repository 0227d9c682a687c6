import { unzipSync } from 'fflate';
import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { buildGraph } from '../src/model/builder.ts';
import { parseRunConfig } from '../src/model/parse.ts';
import { FORMATS } from '../src/weights/formats/registry.ts';
import { readSafetensors } from '../src/weights/readSafetensors.ts';
import { stateFor } from '../src/weights/stateDict.ts';
import { violations } from './support/axe.ts';
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
  const { state } = stateFor(buildGraph(config.model), file);
  expect(state.size).toBe(file.tensors.size);
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

  await button(page, 'Export').click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /TensorBoard/ }).click();
  const logs = unzipSync(await readFile(await (await downloading).path()));
  const names = Object.keys(logs).map((name) => name.replace(/\d{10}/, '…'));
  expect(names).toEqual([
    ...['README.txt', 'metrics.csv', 'runs/ResNet-6.json'],
    'tensorboard/ResNet-6/events.out.tfevents.….residual-playground',
    ...['trackio/ResNet-6.csv', 'runs/Plain-6.json'],
    'tensorboard/Plain-6/events.out.tfevents.….residual-playground',
    'trackio/Plain-6.csv',
  ]);
});

test('exports a network in every format, beside the code that loads it', async ({ page }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await openTiny(page);
  await button(page, 'Export').click();
  await page.getByRole('menuitem', { name: /Other formats/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Export a network' });
  const code = dialog.getByRole('group', { name: 'Code' });
  const starts: Record<string, string> = {
    safetensors: '{"__metadata__"',
    pth: 'archive/data.pkl',
    npz: 'conv1.weight.npy',
    onnx: 'residual-playground',
    tfjs: 'model.json',
  };
  for (const { id, extension } of FORMATS) {
    await dialog.getByLabel('Format').selectOption(id);
    const downloading = page.waitForEvent('download');
    await dialog.getByRole('button', { name: `Save ${extension}` }).click();
    const download = await downloading;
    const fileName = download.suggestedFilename();
    expect(fileName).toBe(`resnet-6-step-0${extension}`);
    const file = await readFile(await download.path());
    expect(file.subarray(0, 80).toString('latin1')).toContain(starts[id]);
    await expect(dialog).toContainText(`Saved ${fileName}`);
    await expect(code).toContainText(fileName);
  }
  await dialog.getByRole('button', { name: 'Copy code' }).click();
  await expect(dialog).toContainText('Copied.');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('tf.loadGraphModel');
  expect(await violations(page), 'dialog').toEqual([]);

  await dialog.getByLabel('Format').selectOption('pth');
  await dialog.getByLabel('Names of the weights').selectOption('cifar');
  await expect(dialog.getByRole('alert')).toContainText('16, 32 and 64 channels');
  await expect(dialog.getByRole('button', { name: /^Save/ })).toHaveCount(0);
  await page.setViewportSize({ width: 390, height: 844 });
  await dialog.getByLabel('Names of the weights').selectOption('torchvision');
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(button(page, 'Export')).toBeFocused();
});
