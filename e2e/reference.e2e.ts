import { expect, type Page, test as base } from '@playwright/test';
import { caseNames } from '../src/engine/reference/readCase.ts';
import { errorsOf, SLOW_MS } from './support/page.ts';
import { SOURCE_PORT } from './support/ports.ts';

/** One page a worker, whose cases share compiled kernels. */
const test = base.extend<object, { cases: Page }>({
  cases: [
    async ({ browser }, use) => {
      const page = await browser.newPage({ locale: 'en-US' });
      const errors = errorsOf(page);
      await page.goto(`http://localhost:${SOURCE_PORT}/e2e/support/reference.html`);
      await page.waitForFunction(() => window.referenceDisagreements !== undefined, undefined, {
        timeout: SLOW_MS,
      });
      await use(page);
      expect(errors).toEqual([]);
      await page.close();
    },
    { scope: 'worker', timeout: SLOW_MS },
  ],
});

const disagreements = (page: Page, name: string, engine: 'webgpu' | 'cpu') =>
  page.evaluate(([name, engine]) => window.referenceDisagreements?.(name, engine), [
    name,
    engine,
  ] as const);

for (const name of caseNames()) {
  test(`WebGPU agrees with PyTorch in the browser: ${name}`, async ({ cases }) => {
    expect(await disagreements(cases, name, 'webgpu')).toEqual([]);
  });
}

test('the processor’s kernels agree with PyTorch in the browser, in every case', async ({
  cases,
}) => {
  for (const name of caseNames()) {
    expect(await disagreements(cases, name, 'cpu'), name).toEqual([]);
  }
});
