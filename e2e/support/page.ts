/** The page as a person uses it: by roles and names. */
import { test as base, expect, type Page } from '@playwright/test';

/** Longest a software adapter needs to be measured, or to compile a network, on a busy machine. */
export const SLOW_MS = 180_000;

/** A test that also fails on any error the page reports on its console. */
export const test = base.extend<{ consoleErrors: string[] }>({
  consoleErrors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => {
        // Requests that a test makes fail are reported too; what the page makes of them is tested.
        const isNetwork = message.text().startsWith('Failed to load resource');
        if (message.type() === 'error' && !isNetwork) errors.push(message.text());
      });
      await use(errors);
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
});

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const status = (page: Page) => page.getByRole('status');
export const figure = (page: Page, name: string) => page.getByRole('figure', { name });
/** The region of a run: its position among the runs counts, since its name follows its network. */
export const run = (page: Page, index: number) =>
  page
    .getByRole('region')
    .filter({ has: page.getByRole('switch', { name: 'Shortcuts', exact: true }) })
    .nth(index);

/** Steps done, as the status line says. */
export async function stepsDone(page: Page): Promise<number> {
  const text = (await status(page).textContent()) ?? '';
  return Number(/step ([\d,  .]+)/.exec(text)?.[1]?.replace(/\D/g, '') ?? Number.NaN);
}

/** Waits until the status line says at least `steps`. */
export async function waitForStep(page: Page, steps: number): Promise<void> {
  await expect.poll(() => stepsDone(page), { timeout: SLOW_MS }).toBeGreaterThanOrEqual(steps);
}

/** Opens the page and waits until it has chosen its pair. */
export async function open(page: Page): Promise<void> {
  await page.goto('./');
  await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
}

export async function fill(page: Page, label: string, value: string): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  await field.fill(value);
  await field.press('Enter');
}

export async function openTiny(page: Page): Promise<void> {
  await open(page);
  await makeTiny(page);
}

/** Makes both networks so small that a software adapter trains them at once. */
export async function makeTiny(page: Page): Promise<void> {
  await fill(page, 'Blocks per stage', '1 1');
  await fill(page, 'Channels per stage', '4 8');
  await fill(page, 'Batch size', '8');
  await fill(page, 'Steps', '2000');
  await fill(page, 'Training images', '200');
  await fill(page, 'Test images', '20');
}
