/** A finished run in exact arithmetic: trained again on the page, from its file on the command line, and from its link. */
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Page } from '@playwright/test';
import { DATA_FILES } from '../scripts/lib/dataMiddleware.mjs';
import { ROOT } from '../scripts/lib/install.mjs';
import { violations } from './support/axe.ts';
import { button, open, run, SLOW_MS, status, test } from './support/page.ts';

/** Crops and flips are on by default. */
const LINK =
  'v=1&model.stageDepths=1,1&model.stageWidths=4,8&model.inputSize=16&model.dropout=0.2&training.batchSize=16&training.steps=50&training.labelSmoothing=0.1&training.arithmetic=exact&data.train=300&data.test=20&engine=cpu&run2.model.shortcuts=off';
const HASH = /weightsSha256 ([0-9a-f]{64})/;

async function train(page: Page): Promise<string> {
  await button(page, 'Train').click();
  await expect(status(page)).toContainText('Finished', { timeout: SLOW_MS });
  const hash = run(page, 0).getByTitle(HASH);
  await expect(hash).toHaveText(/^Weights [0-9a-f]{12}…, exact arithmetic$/);
  return HASH.exec((await hash.getAttribute('title')) ?? '')?.[1] ?? '';
}

/** The images that the page trains on, as files. */
async function images(baseURL: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'residual-playground-verify-'));
  for (const name of DATA_FILES) {
    const answer = await fetch(new URL(`data/cifar10/${name}`, baseURL));
    await writeFile(join(folder, name), new Uint8Array(await answer.arrayBuffer()));
  }
  return folder;
}

/** `headless verify`, in a process of its own. @throws where it exits with anything but 0. */
async function verifyInNode(file: string, ...options: string[]): Promise<string> {
  const args = [join(ROOT, 'scripts', 'headless.mjs'), 'verify', file, ...options];
  const { stdout } = await promisify(execFile)('node', args, { cwd: ROOT });
  return stdout;
}

/** The page's worker finds so many cores, and takes one thread each; of more than two one is left to the page. */
async function withCores(page: Page, cores: number): Promise<void> {
  await page.route(/\/worker[^/]*\.js$/i, async (route) => {
    const response = await route.fetch();
    const told = `Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${cores} });\n`;
    await route.fulfill({ response, body: told + (await response.text()) });
  });
}

/** The JSON of a run, as the library saves it. */
async function savedJson(page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /\.json/ }).click();
  return (await downloading).path();
}

test('verifies a finished run: on the page, in Node on any number of threads, by its link', async ({
  page,
  baseURL,
  context,
}) => {
  await open(page, LINK);
  const hash = await train(page);

  await run(page, 0)
    .getByRole('button', { name: /^Verify/ })
    .click();
  await expect(run(page, 0)).toContainText(
    'Verified: 50 steps of training gave the same weights again, to the last bit.',
    { timeout: SLOW_MS },
  );
  expect(await violations(page)).toEqual([]);

  await page.getByRole('tab', { name: 'Runs' }).click();
  const file = await savedJson(page, 'ResNet-6');
  const twin = await savedJson(page, 'Plain-6');
  const data = await images(baseURL ?? '');
  for (const threads of ['1', '2', '3']) {
    const line = await verifyInNode(file, '--data', data, '--threads', threads);
    expect(line).toBe(`verified: 50 steps of ResNet-6 give weightsSha256 ${hash}\n`);
  }
  expect(await verifyInNode(twin, '--data', data)).toMatch(/^verified: 50 steps of Plain-6 /);

  await page.getByRole('button', { name: /^Dismiss the verification/ }).click();
  await page.getByRole('button', { name: 'Actions for ResNet-6' }).click();
  await page.getByRole('menuitem', { name: /^Verify/ }).click();
  await expect(run(page, 0)).toContainText(/Verified: 50 steps/, { timeout: SLOW_MS });

  await button(page, 'Share').click();
  const link = await page.getByRole('dialog').getByLabel('Link', { exact: true }).inputValue();
  expect(link).toContain(`weightsSha256=${hash}`);
  for (const [cores, threads] of [
    [1, '1 thread'],
    [4, '3 threads'],
  ] as const) {
    const other = await context.newPage();
    await withCores(other, cores);
    await other.goto(link);
    await expect(run(other, 0)).toContainText('The link expects the finished weights to have');
    expect(await train(other)).toBe(hash);
    await expect(run(other, 0)).toContainText('These are the weights that the link expects.');
    await expect(run(other, 1)).toContainText('These are the weights that the link expects.');
    await expect(other.getByText(`: processor, ${threads}`)).toBeVisible();
    await other.close();
  }
});
