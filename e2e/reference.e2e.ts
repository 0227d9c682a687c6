import { expect } from '@playwright/test';
import { caseNames } from '../src/engine/reference/readCase.ts';
import { SLOW_MS, test } from './support/page.ts';
import { SOURCE_PORT } from './support/ports.ts';

for (const name of caseNames()) {
  test(`the engine agrees with PyTorch in the browser: ${name}`, async ({ page }) => {
    await page.goto(`http://localhost:${SOURCE_PORT}/e2e/support/reference.html`);
    await page.waitForFunction(() => window.referenceDisagreements !== undefined, undefined, {
      timeout: SLOW_MS,
    });
    const disagreements = await page.evaluate(
      (name) => window.referenceDisagreements?.(name),
      name,
    );
    expect(disagreements).toEqual([]);
  });
}
