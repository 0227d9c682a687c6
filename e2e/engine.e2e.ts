import { chromium, expect, type Page, test } from '@playwright/test';
import { violations } from './support/axe.ts';
import { SERVER_ARGS } from '../scripts/lib/chromium.mjs';
import { CHROMIUM_ARGS, chromiumPath } from './support/browser.ts';
import { button, figure, SLOW_MS, status, stepsDone, TINY, waitForStep } from './support/page.ts';

const WITHOUT_WEBGPU = [...SERVER_ARGS, '--disable-features=WebGPU,WebGPUService', '--disable-gpu'];

/** Runs `work` on a page in a separate browser; uncaught errors on the page fail the test. */
async function withPage(
  args: readonly string[],
  url: string,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...args] });
  try {
    const context = await browser.newContext({ locale: 'en-US' });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(url);
    await work(page);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
}

test('without WebGPU the processor’s kernels train, and the page says why and how fast', async ({
  baseURL,
}) => {
  await withPage(WITHOUT_WEBGPU, `${baseURL}#${TINY}`, async (page) => {
    await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
    await expect(status(page)).toContainText(/WebAssembly kernels: processor, \d+ thread/);
    const panel = page.getByRole('region', { name: 'Engine' });
    await expect(panel).toContainText(/Measured here: [\d.]+ GFLOP\/s/);
    await panel.getByText('Why not on a GPU?').click();
    await expect(page.getByText('chrome://flags/#enable-unsafe-webgpu')).toBeVisible();
    await button(page, 'Train').click();
    await waitForStep(page, 5);
    await button(page, 'Pause').click();
    await expect(figure(page, 'Loss')).toBeVisible();
    expect(await violations(page)).toEqual([]);
  });
});

test('the engine is chosen on the page, and runs continue from their current step', async ({
  baseURL,
}) => {
  await withPage(CHROMIUM_ARGS, `${baseURL}#${TINY}`, async (page) => {
    await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
    // The adapter is software, so the processor's own kernels are faster.
    await expect(status(page)).toContainText('WebAssembly kernels');
    await page.getByLabel('Trains with').selectOption('WebGPU kernels');
    await expect(status(page)).toContainText('WebGPU kernels', { timeout: SLOW_MS });
    await button(page, 'Step').click();
    await waitForStep(page, 1);
    await page.getByLabel('Trains with').selectOption('TensorFlow.js, WebAssembly');
    await expect(status(page)).toContainText('TensorFlow.js, WebAssembly', { timeout: SLOW_MS });
    expect(await stepsDone(page)).toBe(1);
    await button(page, 'Step').click();
    await waitForStep(page, 2);
  });
});

test('a page without cross-origin isolation trains on one thread, and says so', async ({
  baseURL,
}) => {
  const browser = await chromium.launch({
    executablePath: await chromiumPath(),
    args: WITHOUT_WEBGPU,
  });
  try {
    const page = await browser.newPage({ locale: 'en-US' });
    await page.route(baseURL ?? '', async (route) => {
      const response = await route.fetch();
      const { 'cross-origin-opener-policy': _, ...headers } = response.headers();
      await route.fulfill({ response, headers });
    });
    await page.goto(`${baseURL}#${TINY}`);
    await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await expect(status(page)).toContainText('WebAssembly kernels: processor, 1 thread');
    const panel = page.getByRole('region', { name: 'Engine' });
    const cores = await page.evaluate(() => navigator.hardwareConcurrency);
    const says = panel.getByText(
      'It trains on one thread only, because this page was served without',
    );
    await expect(says).toHaveCount(cores > 1 ? 1 : 0);
    await button(page, 'Step').click();
    await waitForStep(page, 1);
  } finally {
    await browser.close();
  }
});

test('a page that can load no engine says so, tells how to get WebGPU, and its builder works', async ({
  baseURL,
}) => {
  const browser = await chromium.launch({
    executablePath: await chromiumPath(),
    args: WITHOUT_WEBGPU,
  });
  try {
    const page = await browser.newPage({ locale: 'en-US' });
    // A worker's requests belong to the context, not the page.
    await page.context().route(/tfjsDevice|openInBrowser/, (route) => route.abort());
    await page.goto(baseURL ?? '');
    await expect(
      page.getByRole('heading', { name: 'This browser can’t train networks' }),
    ).toBeVisible();
    await expect(page.getByText('chrome://flags/#enable-unsafe-webgpu')).toBeVisible();
    await expect(button(page, 'Train')).toBeDisabled();
    await expect(button(page, 'Try again')).toBeEnabled();
  } finally {
    await browser.close();
  }
});
