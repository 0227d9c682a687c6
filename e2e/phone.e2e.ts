import { expect } from '@playwright/test';
import { button, openTiny, test, waitForStep } from './support/page.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

test('fits a phone: nothing to scroll sideways, before and while training', async ({ page }) => {
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await openTiny(page);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await button(page, 'Train').tap();
  await waitForStep(page, 2);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await expect(button(page, 'Pause')).toBeInViewport();
});
