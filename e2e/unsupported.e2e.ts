import { chromium, expect, test } from '@playwright/test';
import { chromiumPath, SERVER_ARGS } from './support/browser.ts';

test('without WebGPU the page says so, tells how to get it, and its builder still works', async ({
  baseURL,
}) => {
  const browser = await chromium.launch({
    executablePath: await chromiumPath(),
    args: [...SERVER_ARGS, '--disable-features=WebGPU,WebGPUService', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(baseURL ?? '');
    await expect(page.getByRole('heading', { name: /WebGPU|adapter/ })).toBeVisible();
    await expect(page.getByRole('status')).toContainText('No WebGPU');
    await expect(page.getByText('chrome://flags/#enable-unsafe-webgpu')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeDisabled();
    await expect(page.getByRole('button', { name: 'Try again' })).toBeEnabled();
  } finally {
    await browser.close();
  }
});
