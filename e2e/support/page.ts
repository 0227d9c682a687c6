/** The page as a person uses it, by roles and names. */
import { test as base, expect, type Page } from '@playwright/test';

/** How long measuring a software adapter, or compiling a network for it, may take on a busy machine. */
export const SLOW_MS = 180_000;

/** Errors that the page throws or logs from now on. */
export function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // Chromium also logs the requests that tests make fail; how the page handles those is asserted.
    const isNetwork = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isNetwork) errors.push(message.text());
  });
  return errors;
}

/** A test that also fails when the page logs an error on its console. */
export const test = base.extend<{ consoleErrors: string[] }>({
  consoleErrors: [
    async ({ page }, use) => {
      const errors = errorsOf(page);
      await use(errors);
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
});

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const status = (page: Page) => page.getByRole('status');
export const figure = (page: Page, name: string) => page.getByRole('figure', { name });
/** The region of a run, by position: its name changes with its network. */
export const run = (page: Page, index: number) =>
  page
    .getByRole('region')
    .filter({ has: page.getByRole('switch', { name: 'Shortcuts', exact: true }) })
    .nth(index);

/** Steps done, from the status line. */
export async function stepsDone(page: Page): Promise<number> {
  const text = (await status(page).textContent()) ?? '';
  return Number(/step ([\d,  .]+)/.exec(text)?.[1]?.replace(/\D/g, '') ?? Number.NaN);
}

/** Waits until the status line reports at least `steps`. */
export async function waitForStep(page: Page, steps: number): Promise<void> {
  await expect.poll(() => stepsDone(page), { timeout: SLOW_MS }).toBeGreaterThanOrEqual(steps);
}

/**
 * Opens the page and waits until its runs can be trained.
 * @param link the address behind `#`; without one the page measures its adapter and chooses a pair.
 */
export async function open(page: Page, link = ''): Promise<void> {
  await page.goto(link === '' ? './' : `./#${link}`);
  await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
}

export async function fill(page: Page, label: string, value: string): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  await field.fill(value);
  await field.press('Enter');
}

/** A residual net and its plain twin, so small that a processor trains them at once, for longer than any test takes. */
export const TINY_NETS =
  'v=1&model.stageDepths=1,1&model.stageWidths=4,8&model.inputSize=16&training.batchSize=8&training.steps=1000000&run2.model.shortcuts=off';
/** The same on few images. */
export const TINY = `${TINY_NETS}&data.train=200&data.test=20`;

/** Opens the page with tiny nets: no time goes into the pair that it would choose. */
export const openTiny = (page: Page): Promise<void> => open(page, TINY);

/** The same on WebGPU, where the page by itself prefers the processor's kernels to a software adapter. */
export const openTinyOnWebGpu = (page: Page): Promise<void> => open(page, `${TINY}&engine=webgpu`);
