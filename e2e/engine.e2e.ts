import { chromium, expect, type Page, test } from '@playwright/test';
import { violations } from './support/axe.ts';
import { CHROMIUM_ARGS, chromiumPath, SERVER_ARGS } from './support/browser.ts';
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
    const context = await browser.newContext();
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

test('without WebGPU, TensorFlow.js trains, and the page says what and at what cost', async ({
  baseURL,
}) => {
  await withPage(WITHOUT_WEBGPU, `${baseURL}#${TINY}`, async (page) => {
    await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
    await expect(status(page)).toContainText('TensorFlow.js, WebAssembly');
    const notice = page.getByRole('note').filter({ hasText: 'How to get WebGPU' });
    await expect(notice).toContainText(/trains at [\d.]+ GFLOP\/s/);
    await notice.getByText('How to get WebGPU').click();
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
    await expect(status(page)).toContainText('WebGPU kernels');
    await button(page, 'Step').click();
    await waitForStep(page, 1);
    await page.getByLabel('Trains with').selectOption('TensorFlow.js, WebAssembly');
    await expect(status(page)).toContainText('TensorFlow.js, WebAssembly', { timeout: SLOW_MS });
    expect(await stepsDone(page)).toBe(1);
    await button(page, 'Step').click();
    await waitForStep(page, 2);
  });
});

test('a page that can’t load TensorFlow.js either says so, tells how to get WebGPU, and its builder works', async ({
  baseURL,
}) => {
  const browser = await chromium.launch({
    executablePath: await chromiumPath(),
    args: WITHOUT_WEBGPU,
  });
  try {
    const page = await browser.newPage();
    // A worker's requests belong to the context, not the page.
    await page.context().route(/tfjsDevice/, (route) => route.abort());
    await page.goto(baseURL ?? '');
    await expect(
      page.getByRole('heading', { name: 'Nothing can be trained in this browser' }),
    ).toBeVisible();
    await expect(page.getByText('chrome://flags/#enable-unsafe-webgpu')).toBeVisible();
    await expect(button(page, 'Train')).toBeDisabled();
    await expect(button(page, 'Try again')).toBeEnabled();
  } finally {
    await browser.close();
  }
});
