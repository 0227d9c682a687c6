import { expect, type Page } from '@playwright/test';
import { caseNames } from '../src/engine/reference/readCase.ts';
import { SLOW_MS, test } from './support/page.ts';
import { SOURCE_PORT } from './support/ports.ts';

async function open(page: Page): Promise<void> {
  await page.goto(`http://localhost:${SOURCE_PORT}/e2e/support/reference.html`);
  await page.waitForFunction(() => window.referenceDisagreements !== undefined, undefined, {
    timeout: SLOW_MS,
  });
}

for (const name of caseNames()) {
  test(`WebGPU agrees with PyTorch in the browser: ${name}`, async ({ page }) => {
    await open(page);
    const disagreements = await page.evaluate(
      (name) => window.referenceDisagreements?.(name, 'webgpu'),
      name,
    );
    expect(disagreements).toEqual([]);
  });
}

test('the processor’s kernels agree with PyTorch in the browser, in every case', async ({
  page,
}) => {
  await open(page);
  for (const name of caseNames()) {
    const disagreements = await page.evaluate(
      (name) => window.referenceDisagreements?.(name, 'cpu'),
      name,
    );
    expect(disagreements, name).toEqual([]);
  }
});
