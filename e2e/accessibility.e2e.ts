import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { button, openTiny, status, test, waitForStep } from './support/page.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Rules broken, each with the elements that break it. */
async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

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
