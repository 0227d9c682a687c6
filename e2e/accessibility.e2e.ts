import { expect } from '@playwright/test';
import { violations } from './support/axe.ts';
import { button, openTiny, status, test, waitForStep } from './support/page.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('axe finds nothing: idle, training, paused, error', async ({ page }) => {
      await openTiny(page);
      expect(await violations(page), 'idle').toEqual([]);
      await button(page, 'Train').click();
      await waitForStep(page, 2);
      expect(await violations(page), 'training').toEqual([]);
      await button(page, 'Pause').click();
      await expect(status(page)).toContainText('Paused');
      expect(await violations(page), 'paused').toEqual([]);
      const field = page.getByLabel('Blocks per stage', { exact: true });
      await field.fill('1 1 1');
      await field.press('Enter');
      await expect(field).toHaveAttribute('aria-invalid', 'true');
      expect(await violations(page), 'error').toEqual([]);
    });
  });
}
